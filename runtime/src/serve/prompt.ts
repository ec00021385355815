import type { Prompt } from "@modelcontextprotocol/server";
import type { JsonObject, PromptDefinition } from "../codegen.ts";
import { GatewayError } from "../errors.ts";

/** Characters of one argument. It is a name or a sentence that goes into a text; a document belongs in the conversation. */
const argumentMaxChars = 1_000;

/** Unknown names in one answer, and how much of each is repeated: a caller's megabyte is not sent back to it. */
const unknownNamesMax = 5;
const unknownNameMaxChars = 64;

/** State a prompt as `prompts/list` shows it (MCP 2026-07-28, "Prompts"). */
export function toListedPrompt({ name, title, description, arguments: taken }: PromptDefinition): Prompt {
  return {
    name,
    title,
    description,
    arguments: taken.map((each) => ({ name: each.name, description: each.description, required: each.required })),
  };
}

/**
 * Fill a prompt's text: each `{name}` of a declared argument becomes what was given, or else what the prompt says otherwise.
 *
 * One pass, so that braces in an argument stay what they are. An empty argument counts as not given: forms send those.
 *
 * @throws GatewayError `invalid_argument`, with every problem: a required argument missing, an unknown one, one that is too
 *   long or no text.
 */
export function renderPrompt(prompt: PromptDefinition, given: unknown): string {
  if (!isObject(given)) throw new GatewayError("invalid_argument", "the arguments of a prompt are an object of texts");
  const problems = findProblems(prompt, given);
  if (problems.length > 0) {
    const summary = problems.map(({ path, message }) => `${path} ${message}`).join("; ");
    throw new GatewayError("invalid_argument", `the prompt ${prompt.name} cannot be made: ${summary}`, {
      meta: { issues: problems },
    });
  }
  const values = new Map(
    prompt.arguments.map((each) => [each.name, givenFor(each.name, given) ?? each.otherwise ?? ""]),
  );
  return prompt.text.replaceAll(/\{([^{}]*)\}/g, (placeholder, name: string) => values.get(name) ?? placeholder);
}

interface PromptProblem {
  readonly path: string;
  readonly message: string;
}

function findProblems(prompt: PromptDefinition, given: JsonObject): readonly PromptProblem[] {
  const names = prompt.arguments.map(({ name }) => name);
  const takes = names.length === 0 ? "this prompt takes none" : `this prompt takes ${names.join(", ")}`;
  const missing = prompt.arguments.filter(({ name, required }) => required && givenFor(name, given) === undefined);
  const long = names.filter((name) => (givenFor(name, given)?.length ?? 0) > argumentMaxChars);
  const others = names.filter((name) => Object.hasOwn(given, name) && typeof given[name] !== "string");
  const unknown = Object.keys(given).filter((name) => !names.includes(name));
  return [
    ...missing.filter(({ name }) => !others.includes(name)).map(({ name }) => ({ path: name, message: "is required" })),
    ...others.map((name) => ({ path: name, message: "must be a string" })),
    ...long.map((name) => ({ path: name, message: `must have at most ${argumentMaxChars} characters` })),
    ...unknown
      .slice(0, unknownNamesMax)
      .map((name) => ({ path: shorten(name), message: `is not an argument here; ${takes}` })),
  ];
}

function givenFor(name: string, given: JsonObject): string | undefined {
  const value = Object.hasOwn(given, name) ? given[name] : undefined;
  return typeof value !== "string" || value.trim() === "" ? undefined : value;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shorten(name: string): string {
  return name.length > unknownNameMaxChars ? `${name.slice(0, unknownNameMaxChars).toWellFormed()}…` : name;
}
