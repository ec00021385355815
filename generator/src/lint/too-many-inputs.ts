import { always, type LintRule } from "./rule.ts";

/** Inputs that a model still fills in rightly; beyond that it leaves out what matters. */
const inputsMax = 20;

/** A tool asks for what a call needs. */
export const tooManyInputs: LintRule = {
  id: "too-many-inputs",
  levels: always("warning"),
  check: ({ tools }) =>
    tools
      .filter(({ ir }) => ir.inputs.length > inputsMax)
      .map(({ file, ir }) => {
        const optional = ir.inputs.filter(({ required }) => !required).length;
        const message = `${ir.inputs.length} inputs are more than the ${inputsMax} that a model fills in reliably`;
        const mend =
          optional > 0
            ? `leave out of the ${optional} optional ones what callers seldom need, or make a second tool of them`
            : "send what is always the same as a constant of request:";
        return { file, path: ["inputs"], part: "key", message, mend };
      }),
};
