import type { JsonSchema } from "../ir/tool.ts";
import { entries, isObject, type Located, member } from "../openapi/contract.ts";
import { followed } from "../openapi/resolve.ts";
import type { MockContract } from "./mock-contract.ts";
import { holdsSafely, sample } from "./sample.ts";

/** What an operation answers when all is well. */
export interface MockReply {
  readonly status: number;
  /** Absent where there is no body. */
  readonly contentType: string | undefined;
  readonly body: string | Uint8Array | undefined;
  /** What the body is as JSON, and the schema that it must fit, where the reply is JSON. */
  readonly json?: { readonly value: unknown; readonly schema: JsonSchema | undefined };
}

/** The lowest success that an operation declares: its first example, else a sample of its schema. */
export function replyOf(contract: MockContract, operation: Located, seed: number): MockReply {
  const responses = entries(member(operation, "responses"));
  const successes = responses
    .filter(([status]) => /^2(\d\d|XX)$/i.test(status))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const [status = "200", response] = successes[0] ?? responses.find(([name]) => name === "default") ?? [];
  const code = /^\d+$/.test(status) ? Number(status) : 200;
  const target = response && followed(contract, response);
  const media = entries(target && member(target, "content"));
  const [type, content] = media.find(([name]) => isJson(name)) ?? media[0] ?? [];
  if (type === undefined || content === undefined || code === 204 || code === 205)
    return { status: code, contentType: undefined, body: undefined };
  const found = member(content, "schema");
  const schema = found && contract.shared.convert(found.value, { file: contract.file, path: found.at });
  const value = replyValue(contract, content, schema, seed);
  const contentType = type.includes("*") ? "application/octet-stream" : type;
  if (isJson(type)) return { status: code, contentType, body: JSON.stringify(value), json: { value, schema } };
  const isText = /^text\/|[/+]xml\b/.test(type);
  return {
    status: code,
    contentType,
    body: typeof value === "string" ? value : isText ? JSON.stringify(value) : new Uint8Array([0]),
  };
}

/**
 * The first of the media type's examples that fits the schema, else a sample that does, else the example as it stands: the people
 * who wrote it may have meant more than their schema says.
 */
function replyValue(contract: MockContract, content: Located, schema: JsonSchema | undefined, seed: number): unknown {
  const definitions = contract.shared.definitions();
  const fits = (value: unknown) => schema === undefined || holdsSafely(schema, value, definitions);
  const examples = examplesOf(contract, content);
  const shown = examples.find(fits);
  if (shown !== undefined) return shown;
  const made = sample(schema ?? true, { definitions, seed });
  return examples.length === 0 || fits(made) ? made : examples[0];
}

/** OpenAPI 3.1, "Media Type Object". JSON that was written as a text is meant as what it says. */
function examplesOf(contract: MockContract, content: Located): readonly unknown[] {
  if (!isObject(content.value)) return [];
  const named = entries(member(content, "examples")).flatMap(([, part]) => {
    const example = followed(contract, part);
    return example !== undefined && isObject(example.value) ? [example.value.value] : [];
  });
  return [content.value.example, ...named]
    .filter((value) => value !== undefined)
    .flatMap((value) => (typeof value === "string" && /^\s*[[{]/.test(value) ? [...parsed(value), value] : [value]));
}

function parsed(text: string): readonly unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

export function isJson(type: string): boolean {
  return /^[^;]*[/+]json\b/i.test(type) || /^\*\/\*/.test(type);
}
