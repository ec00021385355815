import { type LintRule, whenCurated } from "./rule.ts";

/** Models and networks repeat calls. POST and PATCH do not say what that does, so a person does. */
export const idempotencyDecision: LintRule = {
  id: "idempotency-decision",
  levels: whenCurated,
  check: ({ tools }) =>
    tools
      .filter(({ ir, draft }) => {
        const { idempotent, idempotency, annotations } = draft.spec;
        const said = idempotent ?? idempotency ?? annotations?.idempotentHint;
        return ir.access === "write" && said === undefined && ["post", "patch"].includes(ir.request?.method ?? "");
      })
      .map(({ file, ir }) => ({
        file,
        path: ["request"],
        message: `a ${ir.request?.method.toUpperCase()} that does not say what a repeated call does`,
        mend: "add idempotent: true or false, or idempotency: { header: Idempotency-Key } where the upstream knows one",
      })),
};
