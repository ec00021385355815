import type { OpenApiDocument } from "../ir/tool.ts";
import { secrets } from "../lint/patterns.ts";
import { isObject, type ObjectValue } from "../openapi/contract.ts";
import { partAt, stepsOf } from "../openapi/resolve.ts";
import { unicodePattern } from "../openapi/unicode-pattern.ts";
import { headersSetByServer } from "../rules/reserved-header.ts";
import { subschemas } from "../schema/keywords.ts";
import { patternProblem } from "../schema/pattern.ts";
import { cutCircles } from "./cut-circles.ts";
import { dropUnfillable, dropUnfit, type Placed, type Report } from "./mend-defaults.ts";
import { mendKeywords } from "./mend-keywords.ts";
import { invisible, isPlain, visibleText } from "./text.ts";

/** What was taken out of a document, or changed in it, because tools could not be made with it. */
export interface Mended {
  /** Where, in the document as it is written. */
  readonly at: readonly string[];
  readonly message: string;
}

type Mutable = Record<string, unknown>;

/**
 * Mend, in place, what would be an error in every tool that inherits it: hidden characters in texts, keywords that no validator can
 * read, patterns that none may run, defaults that do not fit their own schema, parameters that the runtime sets itself.
 *
 * Only validation that is stricter than the upstream's own is lost: the upstream judges the value again.
 */
export function mendDocument(document: OpenApiDocument): readonly Mended[] {
  const mended: Mended[] = [];
  const report: Report = (at, message) => mended.push({ at, message });
  dropRepeatedIds(document, report);
  const preset: Placed[] = [];
  walk(document as Mutable, { isMap: false, isSchema: false }, { at: [], document, preset, report });
  cutCircles(document, report);
  dropUnfit(document, preset, report);
  dropUnfillable(document, report);
  return mended;
}

/** openapi-typescript refuses a document in which two operations have one id. Names of tools are recorded, and need none. */
function dropRepeatedIds({ paths }: OpenApiDocument, report: Report): void {
  const seen = new Set<unknown>();
  for (const [path, item] of Object.entries(isObject(paths) ? paths : {})) {
    for (const [method, operation] of Object.entries(isObject(item) ? item : {})) {
      if (!isObject(operation) || operation.operationId === undefined) continue;
      const isFirst = typeof operation.operationId === "string" && !seen.has(operation.operationId);
      seen.add(operation.operationId);
      if (isFirst) continue;
      delete (operation as Mutable).operationId;
      report(["paths", path, method, "operationId"], "is another operation's too, and is left out");
    }
  }
}

interface World {
  /** Of the part that is looked at: one list for the whole walk, to be copied by whoever keeps it. */
  readonly at: string[];
  readonly document: OpenApiDocument;
  /** Schemas with a default, for when all of them are mended. */
  readonly preset: Placed[];
  readonly report: Report;
}

/** Members whose values are maps by names that people choose, and those whose values are data. */
const maps: ReadonlySet<string> = new Set(
  "examples properties patternProperties dependentSchemas schemas parameters requestBodies responses headers content encoding paths variables securitySchemes scopes mapping".split(
    " ",
  ),
);
const data: ReadonlySet<string> = new Set(["example", "default", "enum", "const", "value", "x-toolspec-import"]);
const texts: ReadonlySet<string> = new Set(["description", "summary", "title"]);

/** What a part of the document is. */
interface Kind {
  /** The keys are names that people choose. */
  readonly isMap: boolean;
  /** This is a schema, or a map of schemas. */
  readonly isSchema: boolean;
}

function walk(value: Mutable, kind: Kind, world: World): void {
  const { at } = world;
  const { isMap } = kind;
  const isSchema = kind.isSchema && !isMap;
  if (isSchema) mendKeywords(value, world);
  for (const name of Object.keys(value)) {
    const inner = value[name];
    if (
      (!isMap && name === "externalValue") ||
      (name.startsWith("x-") && (inner === null || (isMap && at.at(-1) === "responses")))
    ) {
      // Readers of the document would fetch the one, and stumble over the other.
      delete value[name];
      continue;
    }
    if (!isMap && name === "discriminator") mendMapping(inner, world);
    if (isSchema && (name === "example" || name === "examples") && dropSecret(value, name, world)) continue;
    if (typeof inner === "string") {
      if (!isMap && texts.has(name)) mendText(value, name, inner, world);
      continue;
    }
    // A member without a word of its own may be anything.
    if (inner === null && isMap && kind.isSchema) value[name] = {};
    if (typeof inner !== "object" || inner === null) continue;
    if (!isMap && data.has(name)) {
      // What it refers to is not kept, and readers of the document follow references in examples too.
      if ((name === "example" || name === "value") && holdsReference(inner)) delete value[name];
      continue;
    }
    const holdsSchema = holdsSchemas(name, kind, at);
    at.push(name);
    if (Array.isArray(inner)) {
      if (name === "parameters") value[name] = inner.filter((parameter) => isKeptParameter(parameter, world));
      for (const [index, item] of (value[name] as unknown[]).entries()) {
        if (!isObject(item)) continue;
        at.push(String(index));
        walk(item as Mutable, { isMap: false, isSchema: holdsSchema }, world);
        at.pop();
      }
    } else walk(inner as Mutable, { isMap: !isMap && maps.has(name), isSchema: holdsSchema }, world);
    at.pop();
  }
  if (!isMap && "pattern" in value) mendPattern(value, world);
  if (isSchema && "default" in value) world.preset.push({ schema: value, at: [...at] });
}

/** Whether a member is a schema, or a list or map of schemas. */
function holdsSchemas(name: string, { isMap, isSchema }: Kind, at: readonly string[]): boolean {
  if (isMap) return isSchema;
  if (isSchema) return subschemas[name] !== undefined;
  return name === "schema" || (name === "schemas" && at.length === 1 && at[0] === "components");
}

/** An example is shown to everybody; a credential in one would stop a release (rule `secret-in-text`). */
function dropSecret(schema: Mutable, name: string, { at, report }: World): boolean {
  const text = JSON.stringify(schema[name]) ?? "";
  const found = secrets.find(({ pattern }) => pattern.test(text));
  if (found === undefined) return false;
  delete schema[name];
  report([...at, name], `shows what looks like ${found.what}, and is left out`);
  return true;
}

/** Mappings may name schemas by bare name; references are what every reader understands. */
function mendMapping(discriminator: unknown, { document }: World): void {
  const mapping = isObject(discriminator) ? discriminator.mapping : undefined;
  if (!isObject(mapping)) return;
  for (const [value, target] of Object.entries(mapping)) {
    const isName = typeof target === "string" && partAt(document, ["components", "schemas", target]) !== undefined;
    if (isName)
      (mapping as Mutable)[value] = `#/components/schemas/${target.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    // It tells readers which schema is meant, and checks nothing.
    else if (typeof target !== "string" || partAt(document, stepsOf(target) ?? ["#"]) === undefined)
      delete (mapping as Mutable)[value];
  }
}

function holdsReference(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  for (const name in value) if (name === "$ref" || holdsReference((value as ObjectValue)[name])) return true;
  return false;
}

function mendText(holder: Mutable, name: string, text: string, { at, report }: World): void {
  if (isPlain.test(text) || (text.search(invisible) < 0 && !text.includes("\r"))) return;
  const bare = visibleText(text.replaceAll(/\r\n?/g, "\n"));
  holder[name] = bare.text;
  if (bare.looks.length > 0) report([...at, name], "held hidden characters, which are left out");
}

/** A pattern that cannot be run safely goes; one that is written for older regular expressions is written anew. */
function mendPattern(schema: Mutable, { at, report }: World): void {
  const { pattern } = schema;
  // A property called `pattern`, or an example of one.
  if (isObject(pattern)) return;
  const unicode = typeof pattern === "string" ? unicodePattern(pattern) : undefined;
  const maxLength = typeof schema.maxLength === "number" ? schema.maxLength : undefined;
  if (unicode !== undefined && patternProblem(unicode, maxLength) === undefined) {
    schema.pattern = unicode;
    return;
  }
  delete schema.pattern;
  report([...at, "pattern"], "is a pattern that cannot be checked here, and is left out; the upstream still checks it");
}

/** What the runtime sets itself is nobody's to give; a part of the path has no default. */
function isKeptParameter(written: unknown, { document }: World): boolean {
  const parameter = behind(document, written);
  if (parameter === undefined) return true;
  if (parameter.in === "path" && isObject(parameter.schema)) delete (parameter.schema as Mutable).default;
  const isOwn =
    parameter.in === "header" && typeof parameter.name === "string" && setByRuntime.has(parameter.name.toLowerCase());
  return !isOwn || (parameter.required === true && meant.has(String(parameter.name).toLowerCase()));
}

const setByRuntime = headersSetByServer({}, { withRelay: false });
/** Headers that mean something to an API that requires them, so that its operation is refused rather than sent without. */
const meant: ReadonlySet<string> = new Set([
  "cookie",
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "proxy-authorization",
  "content-encoding",
  "expect",
  "te",
  "trailer",
  "upgrade",
]);

function behind(document: OpenApiDocument, written: unknown): ObjectValue | undefined {
  if (!isObject(written) || typeof written.$ref !== "string") return isObject(written) ? written : undefined;
  const target = partAt(document, stepsOf(written.$ref) ?? ["#"])?.value;
  return isObject(target) ? target : undefined;
}
