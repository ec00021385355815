import type { HttpMethod } from "../ir/tool.ts";
import type { Contract } from "../openapi/contract.ts";
import type { ListedOperation } from "../openapi/listed.ts";
import { type ChosenBody, chooseBody } from "./body.ts";
import { dispositionOf, methodLooks } from "./disposition.ts";
import { type Constant, constantsOf, idempotencyHeader, type SeedInput, seedInputs } from "./inputs.ts";
import { operationKey } from "./names.ts";
import { type SeedScope, scopeOf } from "./scopes.ts";
import { describe, titleOf } from "./text.ts";
import { listBlock, lookLines, scalar, textBlock } from "./yaml-text.ts";

/**
 * One tool as import writes it: text by block, so that a later merge can tell, block by block, what a person has changed.
 *
 * The file is the header and the blocks in order. Made from one operation of the contract and nothing else, so that it can be made again.
 */
export interface ToolSeed {
  /** The tool's name, which is its file's. */
  readonly name: string;
  readonly method: HttpMethod;
  readonly path: string;
  /** The modeline, with a new line. */
  readonly header: string;
  /** Names of the inputs that the upstream requires. */
  readonly required: readonly string[];
  readonly blocks: readonly SeedBlock[];
}

/** One key of the tool's file, or one entry of its `inputs`. */
export interface SeedBlock {
  /** `["title"]`, `["inputs"]` (the key alone, where the entries follow), `["inputs", "count"]`. */
  readonly key: readonly [string] | readonly ["inputs", string];
  /** Whole lines, comments that belong to it first, ending with a new line. */
  readonly text: string;
}

/** What tools of one server are written by. */
export interface SeedContext {
  readonly contract: Contract;
  /** From `nameOperations`, over the whole document. */
  readonly names: ReadonlyMap<string, string>;
  /** Of tool.schema.json, as the modeline names it. */
  readonly schemaPath: string;
  /** From `serverPlan`: what the server sends itself is no input. */
  readonly setByServer: ReadonlySet<string>;
  /** From the plan of toolsets, by tool: tags that it has beside those of the contract. */
  readonly ownTags?: ReadonlyMap<string, readonly string[]>;
}

/** A tool for an operation, which must have an `operation` and a name in the context. */
export function toolSeed(listed: ListedOperation, context: SeedContext): ToolSeed {
  const { method, path, operation } = listed;
  const name = context.names.get(operationKey(listed));
  if (operation === undefined || name === undefined) throw new Error(`no tool can be made of ${operationKey(listed)}`);
  const body = chooseBody(context.contract, operation);
  const inputs = seedInputs({ ...context, operation, body });
  const constants = constantsOf({ ...context, operation });
  const idempotency = idempotencyHeader(operation);
  const isWrite = method !== "get" && method !== "head";
  return {
    name,
    method,
    path,
    header: `# yaml-language-server: $schema=${context.schemaPath}\n`,
    required: inputs.filter((input) => input.required).map((input) => input.name),
    blocks: [
      block("title", `title: ${scalar(titleOf(name, listed.summary))}\n`),
      descriptionBlock(name, listed),
      ...(listed.deprecated ? [block("deprecated", deprecatedLine)] : []),
      ...tagsBlock(context.ownTags?.get(name)),
      scopeBlock(scopeOf(listed, context.contract)),
      ...(isWrite ? writeBlocks(name, listed) : []),
      ...(idempotency === undefined
        ? []
        : [block("idempotency", `idempotency: { header: ${scalar(idempotency, { inFlow: true })} }\n`)]),
      requestBlock(name, listed, { body, constants }),
      ...inputBlocks(inputs),
    ],
  };
}

/** The text of a tool's file. */
export function toolText({ header, blocks }: ToolSeed): string {
  return header + blocks.map(({ text }) => text).join("");
}

/** Contracts say that an operation is deprecated, and not since when. */
const deprecatedLine = "deprecated: { since: an earlier version }\n";

function block(key: string, text: string): SeedBlock {
  return { key: [key], text };
}

function descriptionBlock(name: string, listed: ListedOperation): SeedBlock {
  const { text, looks } = describe(name, listed);
  return block("description", lookLines(looks) + textBlock("description", text));
}

function tagsBlock(tags: readonly string[] | undefined): SeedBlock[] {
  return tags === undefined ? [] : [block("tags", listBlock("tags", tags))];
}

function scopeBlock({ names, all }: SeedScope): SeedBlock {
  const [only] = names;
  if (names.length === 1 && only !== undefined) return block("scope", `scope: ${scalar(only)}\n`);
  const list = names.map((name) => scalar(name, { inFlow: true })).join(", ");
  return block("scope", `scope: { ${all ? "allOf" : "anyOf"}: [${list}] }\n`);
}

function writeBlocks(name: string, listed: ListedOperation): SeedBlock[] {
  const { disposition, because } = dispositionOf(name, listed);
  const why = because === undefined ? "" : ` # ${because}: an operator decides`;
  return [block("disposition", `disposition: ${disposition}${why}\n`), block("dryRun", "dryRun: plan\n")];
}

interface RequestParts {
  readonly body: ChosenBody | undefined;
  readonly constants: readonly Constant[];
}

/** One line where it can be; else a map with what every call sends. */
function requestBlock(name: string, { method, path }: ListedOperation, { body, constants }: RequestParts): SeedBlock {
  const looks = lookLines([...methodLooks(name, { method }), ...bodyLooks(body)]);
  const type =
    body === undefined || body.mediaType === "application/json" ? [] : [`contentType: ${inFlow(body.mediaType)}`];
  const fixed = (["query", "header"] as const).flatMap((place) => {
    const some = constants
      .filter((one) => one.place === place)
      .map((one) => `${inFlow(one.name)}: ${typeof one.value === "string" ? inFlow(one.value) : one.value}`);
    return some.length === 0 ? [] : [`${place === "header" ? "headers" : place}: { ${some.join(", ")} }`];
  });
  const verb = method.toUpperCase();
  if (type.length + fixed.length === 0) return block("request", `${looks}request: ${scalar(`${verb} ${path}`)}\n`);
  const parts = [`method: ${verb}`, `path: ${inFlow(path)}`, ...type, ...fixed];
  const line = `request: { ${parts.join(", ")} }\n`;
  if (line.length <= requestColumns) return block("request", looks + line);
  return block("request", `${looks}request:\n${parts.map((part) => `  ${part}\n`).join("")}`);
}

/** Columns of a request on one line. */
const requestColumns = 140;

function inFlow(text: string): string {
  return scalar(text, { inFlow: true });
}

function bodyLooks(body: ChosenBody | undefined): readonly string[] {
  if (body === undefined) return [];
  const usual = /json$|^application\/x-www-form-urlencoded$|^multipart\/form-data$|^text\/|xml$/.test(body.mediaType);
  const bytes = usual ? [] : [`the body is ${body.mediaType}, which a model has to give in base64`];
  const telling = body.others.filter((type) => !/json$|xml$|\*/.test(type));
  if (telling.length === 0) return bytes;
  return [...bytes, `the operation also takes ${telling.slice(0, othersMax).join(", ")}`];
}

/** Media types that a comment names. */
const othersMax = 4;

/** A list of names where the contract says everything else, else a map. */
function inputBlocks(inputs: readonly SeedInput[]): SeedBlock[] {
  if (inputs.length === 0) return [];
  const bare = inputs.every(({ options, looks }) => Object.keys(options).length === 0 && looks.length === 0);
  if (bare) {
    const names = inputs.map(({ name }) => name);
    return [block("inputs", listBlock("inputs", names))];
  }
  return [
    block("inputs", "inputs:\n"),
    ...inputs.map((input): SeedBlock => ({ key: ["inputs", input.name], text: inputLine(input) })),
  ];
}

function inputLine({ name, required, options, looks }: SeedInput): string {
  const written = Object.entries(options).map(
    ([key, value]) => `${key}: ${typeof value === "string" ? scalar(value, { inFlow: true }) : value}`,
  );
  const value = written.length === 0 ? "" : ` { ${written.join(", ")} }`;
  return `${lookLines(looks, "  ")}  ${scalar(required ? name : `${name}?`)}:${value}\n`;
}
