import { injections } from "./patterns.ts";
import { always, type LintRule } from "./rule.ts";
import { shownTexts } from "./texts.ts";
import { quoted } from "./words.ts";

/** A description tells about a tool. One that gives the model orders is how tools are poisoned; the text may come from a contract. */
export const modelInstructions: LintRule = {
  id: "model-instructions",
  levels: always("error"),
  check: (world) =>
    shownTexts(world).flatMap(({ file, path, name, text }) => {
      const found = injections.map((pattern) => pattern.exec(text)?.[0]).find((match) => match !== undefined);
      if (found === undefined) return [];
      const message = `${name} speaks to the model instead of about the tool: ${quoted(found)}`;
      return [
        {
          file,
          path,
          message,
          mend: "say what the tool does; what must hold belongs in scope, disposition or constraints",
        },
      ];
    }),
};
