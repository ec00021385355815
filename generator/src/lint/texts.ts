import type { Path } from "../spec/positions.ts";
import type { SpecFile } from "../spec/spec-file.ts";
import { partsOf } from "./parts.ts";
import type { LintWorld } from "./rule.ts";

/** A text that clients or models are shown, and where it stands. */
export interface Text {
  readonly file: SpecFile;
  readonly path: Path;
  /** As messages name it: `description`, `inputs.count`. */
  readonly name: string;
  readonly text: string;
}

/** Values of one example or default that are looked at. */
const valuesMax = 500;

/** Every text that models read before they call anything: of the server, its tools and their inputs. */
export function shownTexts({ server, drafts, tools }: LintWorld): readonly Text[] {
  const { spec, file } = server;
  const ofServer = (["title", "description", "instructions"] as const).map((key) => ({
    file,
    path: [key],
    name: key,
    text: spec[key] ?? "",
  }));
  const ofTools = tools.flatMap(({ file: toolFile, draft }) => [
    ...(["title", "description"] as const).map((key) => ({
      file: toolFile,
      path: [key],
      name: key,
      text: draft.spec[key] ?? "",
    })),
    ...draft.inputs.flatMap((input) =>
      partsOf(input, drafts.shared).flatMap(({ description, path, name }): Text[] =>
        description === undefined ? [] : [{ file: toolFile, path: [...path, "description"], name, text: description }],
      ),
    ),
  ]);
  return [...ofServer, ...ofTools].filter(({ text }) => text !== "");
}

/** Values that stand in specs for people and models to copy: examples, and defaults of inputs. */
export function sampleTexts({ tools, drafts }: LintWorld): readonly Text[] {
  return tools.flatMap(({ file, draft }) => [
    ...(draft.spec.examples ?? []).flatMap(({ inputs }, index) =>
      textsIn(inputs, ["examples", index, "inputs"], `examples[${index}]`).map((text) => ({ ...text, file })),
    ),
    ...draft.inputs.flatMap((input) =>
      partsOf(input, drafts.shared).flatMap(({ schema, path, name }) =>
        (["default", "const", "examples"] as const).flatMap((keyword) =>
          textsIn(schema[keyword], [...path, keyword], `${keyword} of ${name}`).map((text) => ({ ...text, file })),
        ),
      ),
    ),
  ]);
}

function textsIn(value: unknown, path: Path, name: string): readonly Omit<Text, "file">[] {
  const found: Omit<Text, "file">[] = [];
  const visit = (inner: unknown, at: Path) => {
    if (found.length >= valuesMax) return;
    if (typeof inner === "string") found.push({ path: at, name, text: inner });
    else if (Array.isArray(inner)) for (const [index, item] of inner.entries()) visit(item, [...at, index]);
    else if (typeof inner === "object" && inner !== null)
      for (const [key, item] of Object.entries(inner)) visit(item, [...at, key]);
  };
  visit(value, path);
  return found;
}
