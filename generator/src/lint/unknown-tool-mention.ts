import { nearest } from "../spec/near.ts";
import { partsOf } from "./parts.ts";
import { always, type LintRule } from "./rule.ts";
import { shownTexts } from "./texts.ts";
import { isVerb, wordsIn } from "./words.ts";

/** A tool that a text sends the model to exists. */
export const unknownToolMention: LintRule = {
  id: "unknown-tool-mention",
  levels: always("warning"),
  check: (world) => {
    const tools = world.ir.tools.map(({ name }) => name);
    const known = new Set([
      ...tools,
      ...world.ir.prompts.map(({ name }) => name),
      ...Object.keys(world.ir.scopes),
      // Names of inputs and their values look the same.
      ...world.tools.flatMap(({ draft }) =>
        draft.inputs.flatMap((input) =>
          partsOf(input, world.drafts.shared).flatMap(({ name, schema }) => [
            ...name.split(/[.[\]]+/),
            ...(Array.isArray(schema.enum) ? schema.enum.map(String) : []),
          ]),
        ),
      ),
    ]);
    return shownTexts(world).flatMap(({ file, path, name, text }) =>
      mentions(text)
        .filter((mention) => !known.has(mention))
        .map((mention) => {
          const near = nearest(mention, tools);
          const message = `${name} speaks of ${mention}, and there is no such tool`;
          return { file, path, message, mend: near === undefined ? "remove it" : `did you mean "${near}"?` };
        }),
    );
  },
};

/** `use get_voucher`, `(see list_campaigns)`: words joined by _ behind one that sends somebody, the first of them a verb. */
function mentions(text: string): readonly string[] {
  const found = text.matchAll(/\b(use|call|see|prefer|calling|using|with|from|by|via)\s+`?([a-z]+(?:_[a-z0-9]+)+)\b/g);
  const names = [...found].flatMap(([, before = "", name = ""]) => {
    const verb = wordsIn(name)[0] ?? "";
    // Behind a preposition stands the name of a field as often: `with project_id`.
    return (/^(?:with|from|by|via)$/.test(before) ? usual.has(verb) : isVerb(verb)) ? [name] : [];
  });
  return [...new Set(names)];
}

/** First words that no field has. */
const usual = new Set("add create delete find get list remove search send set update".split(" "));
