import type { Finding, Rule } from "../ir/draft.ts";
import type { JsonSchema } from "../ir/tool.ts";
import type { Path } from "../spec/positions.ts";
import { dotted } from "../spec/problem.ts";
import type { SpecFile } from "../spec/spec-file.ts";
import { oncePerTool } from "./once-per-tool.ts";

/**
 * What a person does not see but a model reads: control and format characters (tag characters among them), odd line
 * ends, blanks that are letters, and variation selectors other than those of emoji.
 */
const invisible =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each of these characters is meant for itself.
  /[^\P{C}\n\t]|[\p{Zl}\p{Zp}\u{115f}\u{1160}\u{3164}\u{ffa0}\u{2800}\u{fe00}-\u{fe0d}\u{e0100}-\u{e01ef}]/u;

/** Texts that models read hold nothing that people do not see. */
export const invisibleText: Rule = ({ server, tools, shared, collections, prompts }) => [
  ...(server === undefined ? [] : serverTexts.flatMap((key) => check(server.file, [key], server.spec[key]))),
  ...(server === undefined
    ? []
    : Object.entries(server.spec.scopes ?? {}).flatMap(([name, text]) => check(server.file, ["scopes", name], text))),
  // What a tenant is called stands in the forms that people answer, and the addresses decide whom they trust.
  ...(server?.spec.auth === undefined ? [] : walk(server.file, ["auth"], server.spec.auth)),
  ...(server?.spec.withheld ?? []).flatMap((entry, index) =>
    Object.entries(entry).flatMap(([key, text]) =>
      server === undefined ? [] : check(server.file, ["withheld", index, key], text),
    ),
  ),
  ...tools.flatMap(inTool),
  ...[...collections.values()].flatMap(({ entries }) => entries.flatMap(({ file, data }) => checkValue(file, data))),
  ...prompts.flatMap(({ file, spec }) => checkValue(file, spec)),
  ...[...shared.all().values()].flatMap(({ schema, origin }) => checkSchema(origin.file, origin.path, schema)),
];

const inTool = oncePerTool(({ file, spec, inputs, output }) => [
  ...check(file, ["title"], spec.title),
  ...check(file, ["description"], spec.description),
  ...inputs.flatMap(({ path, schema }) => checkSchema(file, path, schema)),
  ...(output === undefined ? [] : checkSchema(file, ["output"], output)),
]);

const serverTexts = ["title", "description", "instructions"] as const;

function checkValue(file: SpecFile, value: unknown): Finding[] {
  return invisible.test(JSON.stringify(value).replaceAll(escapes, unescaped)) ? walk(file, [], value) : [];
}

/** Every text of a schema, its keys too: all of it is advertised. */
function checkSchema(file: SpecFile, path: Path, schema: JsonSchema): Finding[] {
  // Almost all schemas hold nothing of the kind, and one test over their text is far quicker than a walk.
  if (!invisible.test(JSON.stringify(schema).replaceAll(escapes, unescaped))) return [];
  return walk(file, path, schema);
}

/** JSON writes control characters and lone surrogates as escapes. */
const escapes = /\\u([0-9a-f]{4})|\\[bfr]/g;

function unescaped(_: string, code: string | undefined): string {
  return code === undefined ? "\b" : String.fromCharCode(Number.parseInt(code, 16));
}

function walk(file: SpecFile, path: Path, value: unknown): Finding[] {
  if (typeof value === "string") return check(file, path, value);
  if (Array.isArray(value)) return value.flatMap((item, index) => walk(file, [...path, index], item));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...check(file, [...path, key], key, "key"),
    ...walk(file, [...path, key], inner),
  ]);
}

function check(file: SpecFile, path: Path, text: unknown, part: "key" | "value" = "value"): Finding[] {
  const found = typeof text === "string" ? invisible.exec(text) : null;
  if (found === null) return [];
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  const message = `${dotted(path)} holds U+${code} at character ${found.index + 1}, which models read and people do not see`;
  return [{ rule: "invisible-text", file, path, part, message, mend: "remove the character" }];
}
