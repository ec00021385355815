import type { JsonSchema, ServerIr } from "../ir/tool.ts";
import { print } from "../print.ts";
import type { Side } from "../schema/scope.ts";
import { definitionsUsedBy } from "../schema/used.ts";
import { zodSource } from "../schema/zod-source.ts";

/** What things are called in the generated code of one server. No two names in one file are ever equal. */
export interface Names {
  /** Const of a tool by tool name: `createVoucher`. */
  readonly tool: ReadonlyMap<string, string>;
  /** Interface of a tool's input by tool name: `CreateVoucherInput`. */
  readonly toolInput: ReadonlyMap<string, string>;
  /** Validator of a shared schema, as callers send it, by `$defs` name: `voucherSchema`. */
  readonly input: ReadonlyMap<string, string>;
  /** Validator of a shared schema, as the upstream answers it, by `$defs` name: `voucherReply`; the same as `input` where both are alike. */
  readonly output: ReadonlyMap<string, string>;
  /** Const of a content collection by its name: `recipes`. */
  readonly content: ReadonlyMap<string, string>;
  /** Type of a shared schema by `$defs` name: `Voucher`. */
  readonly type: ReadonlyMap<string, string>;
}

/** Name everything that the generated code of one server declares. */
export function nameAll(server: ServerIr): Names {
  const before = namedBefore.get(server.schemas);
  const key = [...server.tools.map(({ name }) => name), "", ...Object.keys(server.content)].join("\n");
  // Without shared schemas, names follow from names alone.
  if (before?.key === key && Object.keys(server.schemas).length === 0) return before.names;
  const values = new Set<string>(takenValues);
  const types = new Set<string>(takenTypes);
  const tools = server.tools.map((tool) => tool.name).sort();
  const schemas = Object.keys(server.schemas).sort();
  const input = allot(schemas, values, (name) => `${lowerFirst(identifier(name))}Schema`);
  const same = sameOnBothSides(server);
  const replies = allot(
    schemas.filter((name) => !same.has(name)),
    values,
    (name) => `${lowerFirst(identifier(name))}Reply`,
  );
  const collections = Object.keys(server.content).sort();
  const names: Names = {
    content: allot(collections, values, (name) =>
      takenValues.has(camelCase(name)) ? `${camelCase(name)}Content` : camelCase(name),
    ),
    tool: allot(tools, values, (name) =>
      takenValues.has(camelCase(name)) ? `${camelCase(name)}Tool` : camelCase(name),
    ),
    toolInput: allot(tools, types, (name) => `${pascalCase(name)}Input`),
    input,
    output: new Map(schemas.map((name) => [name, replies.get(name) ?? (input.get(name) as string)])),
    type: allot(schemas, types, (name) => identifier(name)),
  };
  if (before !== undefined && isSame(before.names, names)) return before.names;
  namedBefore.set(server.schemas, { key, names });
  return names;
}

/** One object as long as everything is named alike: what was written with it is then kept too. */
const namedBefore = new WeakMap<ServerIr["schemas"], { readonly key: string; readonly names: Names }>();

function isSame(one: Names, other: Names): boolean {
  return Object.entries(one).every(([kind, names]: [string, ReadonlyMap<string, string>]) => {
    const others = other[kind as keyof Names];
    return names.size === others.size && [...names].every(([key, name]) => others.get(key) === name);
  });
}

/**
 * `create_voucher` → `createVoucher`.
 *
 * An underscore goes only where a letter follows it, so different tool names always give different results:
 * `a_1` stays `a_1` beside `a1`, and `a__b` becomes `a_B` beside `aB`.
 */
export function camelCase(toolName: string): string {
  return toolName.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** `create_voucher` → `CreateVoucher`; as distinct as `camelCase`, because tool names begin with a small letter. */
export function pascalCase(toolName: string): string {
  return upperFirst(camelCase(toolName));
}

/** Reserved in ECMAScript modules (ECMA-262, "Keywords and Reserved Words"), or not to be shadowed there. */
const reservedWords =
  "arguments as async await break case catch class const continue debugger default delete do else enum eval export extends " +
  "false finally for from function get if implements import in instanceof interface let new null of package private protected " +
  "public return satisfies set static super switch this throw true try type typeof undefined var void while with yield";

/** What generated files import or refer to by a fixed name: all of `@toolspec/runtime/codegen`, and a few more. */
export const importedValues =
  "z defineTool defineServer whenAny advertised prompts server input URL Infinity NaN globalThis " +
  "contains dependentRequired dependentSchemas equals hasLength hasMembers hasProperties isObject matches matchesNot " +
  "linear matchesWhen multipleOf otherThan propertyNames unevaluated uniqueItems isDateTime isDuration isEmail isHostname isIpv6 isJsonPointer " +
  "isRegex isRelativeJsonPointer isTime isUri isUriReference isUuid";
const importedTypes =
  "UpstreamRequest AnyUpstreamRequest ContentRequest ApprovalLookup ContentCollection PromptDefinition Advertised paths Record Readonly ReadonlyArray Array Partial " +
  "Object String Number Boolean Symbol Function BigInt";

const takenValues: ReadonlySet<string> = new Set(`${reservedWords} ${importedValues}`.split(" "));
const takenTypes: ReadonlySet<string> = new Set(importedTypes.split(" "));

/** Shared schemas that callers send and upstreams answer, and whose validators read the same: enums, most of all. */
function sameOnBothSides({ tools, schemas }: ServerIr): ReadonlySet<string> {
  if (Object.keys(schemas).length === 0) return new Set();
  const inputs = tools.flatMap((tool) => tool.inputs.map(({ schema }) => schema));
  const outputs = tools.flatMap(({ output }) => (output === undefined ? [] : [output]));
  const answered = new Set(definitionsUsedBy(outputs, schemas));
  const source = (name: string, side: Side) => {
    // A reference reads differently on either side, so only schemas without one are ever the same.
    const nameOn = (definition: string) => `${side} ${definition}`;
    const scope = { definitions: schemas, side, constName: nameOn, typeName: nameOn, imports: new Set<string>() };
    return print(zodSource(schemas[name] as JsonSchema, scope));
  };
  const sent = definitionsUsedBy(inputs, schemas).filter((name) => answered.has(name));
  return new Set(sent.filter((name) => source(name, "input") === source(name, "output")));
}

/** Give each key a name of its own. A name that is taken gets a number: `Voucher2`. */
function allot(
  keys: readonly string[],
  taken: Set<string>,
  nameOf: (key: string) => string,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const key of keys) {
    const wanted = nameOf(key);
    let name = wanted;
    for (let count = 2; taken.has(name); count++) name = `${wanted}${count}`;
    taken.add(name);
    names.set(key, name);
  }
  return names;
}

/** A PascalCase identifier for a schema name, which may hold any character: `voucher.batch-2` → `VoucherBatch2`. */
function identifier(schemaName: string): string {
  const words = schemaName.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const name = words.map(upperFirst).join("");
  return /^[A-Z]/.test(name) ? name : `Schema${name}`;
}

function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
