import { html } from "hono/html";
import type { JsonObject, JsonSchema } from "../codegen.ts";
import { options } from "./visit.ts";
import { type Html, nothing, visible } from "./words.ts";

/** Inputs of the form that come from the tool begin so, to be told from the form's own. */
const prefix = "in.";

/** The language's own arguments: nothing is ever meant here, so that neither is asked for. */
const controls = new Set(["dry_run", "confirm"]);

/** One input of a tool, as a form can ask for it. */
export interface Field {
  readonly name: string;
  readonly kind: "text" | "number" | "integer" | "boolean" | "choice" | "json";
  readonly choices: readonly string[];
  readonly description: string;
  readonly isRequired: boolean;
}

/** The inputs that an advertised schema has; what is neither text, number nor one of several is written as JSON. */
export function fieldsOf(schema: JsonSchema): readonly Field[] {
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  return Object.entries((schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>)
    .filter(([name]) => !controls.has(name))
    .map(([name, property]) => {
      const { type, enum: values, description } = { ...named(schema, property.$ref), ...property };
      const choices = Array.isArray(values) && values.every((value) => typeof value === "string") ? values : [];
      return {
        name,
        kind: choices.length > 0 ? "choice" : kindOf(type),
        choices,
        description: typeof description === "string" ? description : "",
        isRequired: required.has(name),
      };
    });
}

/** What the schema's own definitions say of a property. */
function named({ $defs }: JsonSchema, ref: unknown): JsonSchema {
  const name = typeof ref === "string" && ref.startsWith("#/$defs/") ? ref.slice("#/$defs/".length) : "";
  const definitions = ($defs ?? {}) as Readonly<Record<string, JsonSchema>>;
  return Object.hasOwn(definitions, name) ? (definitions[name] ?? {}) : {};
}

function kindOf(type: unknown): Field["kind"] {
  if (type === "string") return "text";
  return type === "number" || type === "integer" || type === "boolean" ? type : "json";
}

/** A form's inputs as arguments: what was left empty is not given. @returns what is wrong with the JSON of one */
export function readInput(fields: readonly Field[], form: URLSearchParams): JsonObject | Error {
  const given: [string, unknown][] = [];
  for (const { name, kind } of fields) {
    const text = form.get(prefix + name) ?? "";
    if (text === "") continue;
    const value = toValue(kind, text);
    if (value instanceof Error) return new Error(`${name} is no JSON: ${value.message}.`);
    given.push([name, value]);
  }
  return Object.fromEntries(given);
}

/** Text that is no number stays a text, so that the tool's own validator says what is wrong. */
function toValue(kind: Field["kind"], text: string): unknown {
  switch (kind) {
    case "integer":
    case "number":
      return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    case "json":
      try {
        return JSON.parse(text) as unknown;
      } catch (error) {
        return error as Error;
      }
    default:
      return text;
  }
}

/** One input, filled with what was sent before. */
export function fieldHtml(
  { name, kind, choices, description, isRequired }: Field,
  form: URLSearchParams | undefined,
): Html {
  const id = `in-${name}`;
  const value = form?.get(prefix + name) ?? "";
  const described = description === "" ? nothing : html` aria-describedby="about-${name}"`;
  const label = html`<label for="${id}"><code>${name}</code>${isRequired ? " (required)" : ""}</label>`;
  const about = description === "" ? nothing : html`<p class="soft" id="about-${name}">${visible(description)}</p>`;
  const listed = kind === "boolean" ? ["true", "false"] : choices;
  if (kind === "choice" || kind === "boolean")
    return html`${label}<select id="${id}" name="${prefix + name}"${described}>${options([["", "not given"], ...listed.map((each) => [each, each] as const)], value)}</select>${about}`;
  if (kind === "json")
    return html`${label}<textarea id="${id}" name="${prefix + name}" rows="3" spellcheck="false" placeholder="JSON"${described}>
${value}</textarea>${about}`;
  const mode = kind === "text" ? nothing : html` inputmode="decimal"`;
  return html`${label}<input id="${id}" name="${prefix + name}" value="${value}" autocomplete="off" autocapitalize="none"${mode}${described}>${about}`;
}
