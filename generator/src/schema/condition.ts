import { type ASTNode, Environment, type ObjectSchema } from "@marcbachmann/cel-js";
import type { JsonSchema } from "../ir/tool.ts";

/** Parts of a condition, nested at most so deep: what a person can read in a line or two. The runtime has the same bounds. */
const limits = { maxAstNodes: 500, maxDepth: 32, maxListElements: 100, maxMapEntries: 100, maxCallArguments: 8 };

/** Names of types, nested as the inputs are. */
type TypeTree = string | { readonly [name: string]: TypeTree };

/** What is wrong with a condition, and how to mend it. */
export interface ConditionProblem {
  readonly message: string;
  readonly mend: string;
}

/** Levels of objects whose members are typed; what lies deeper is taken as it comes. */
const typedDepthMax = 4;

/** All that conditions may ask of a caller; `role` is empty where there are none. */
const caller = {
  tenant: "string",
  kind: "string",
  id: "string",
  name: "string",
  scopes: "list<string>",
  role: "string",
};

/** Macros that go through a list: one inside another takes as long as the list's length squared. */
const loops: ReadonlySet<string> = new Set(["all", "exists", "exists_one", "map", "filter"]);

/**
 * Check a CEL condition against the types of a tool's inputs: it can be read, every name is known, types fit, and the result is
 * true or false.
 *
 * Numbers are JSON's, and so doubles: they may be compared with whole numbers, and are calculated with doubles. The runtime knows the
 * inputs' names alone, and so does not find a mixture that the types here have let pass.
 */
export function checkCondition(
  when: string,
  inputs: readonly { readonly name: string; readonly schema: JsonSchema }[],
  resolve: (schema: JsonSchema) => JsonSchema,
): ConditionProblem | undefined {
  const types = inputs
    .filter(({ name }) => isName(name))
    .map(({ name, schema }) => [name, typeOf(schema, resolve, 1)] as const);
  const environment = createEnvironment({ input: Object.fromEntries(types), caller });
  const names = types.map(([name]) => `input.${name}`);
  const mend = `there are ${[...names, ...Object.keys(caller).map((name) => `caller.${name}`), "now"].join(", ")}`;
  const { valid, type, error } = environment.check(when);
  if (!valid) {
    const at = error?.range === undefined ? "" : ` at ${JSON.stringify(when.slice(error.range.start))}`;
    const summary = error?.summary ?? "it cannot be read";
    const isMixed = /double [^=<>]+ int|int [^=<>]+ double/.test(summary);
    return {
      message: `the condition is not sound: ${summary}${at}`,
      mend: isMixed ? "the numbers of a call are doubles: write 2.0 for 2, or double(…)" : mend,
    };
  }
  if (type !== "bool" && type !== "dyn")
    return { message: `the condition is ${type}, and not true or false`, mend: "compare it with something" };
  return costProblem(environment.parse(when).ast, false);
}

function createEnvironment(variables: { readonly [name: string]: TypeTree }): Environment {
  const made = new Environment({ unlistedVariablesAreDyn: false, limits })
    .registerVariable("now", "google.protobuf.Timestamp")
    .registerOperator("double == int", () => true);
  for (const [name, schema] of Object.entries(variables)) {
    if (Object.keys(schema).length === 0) made.registerVariable(name, "map<string, dyn>");
    else made.registerVariable(name, { schema: schema as ObjectSchema });
  }
  return made;
}

function typeOf(written: JsonSchema, resolve: (schema: JsonSchema) => JsonSchema, depth: number): TypeTree {
  const schema = resolve(written);
  if (typeof schema === "boolean") return "dyn";
  switch (schema.type) {
    case "string":
      return "string";
    case "boolean":
      return "bool";
    case "integer":
    case "number":
      return "double";
    case "array": {
      const item = schema.items === undefined ? "dyn" : typeOf(schema.items as JsonSchema, resolve, typedDepthMax);
      return `list<${typeof item === "string" ? item : "map<string, dyn>"}>`;
    }
    case "object": {
      const { properties, additionalProperties } = schema;
      const members = Object.entries((properties ?? {}) as Readonly<Record<string, JsonSchema>>);
      const isTyped = depth < typedDepthMax && members.length > 0 && additionalProperties === false;
      if (!isTyped || !members.every(([name]) => isName(name))) return "map<string, dyn>";
      return Object.fromEntries(members.map(([name, member]) => [name, typeOf(member, resolve, depth + 1)]));
    }
    default:
      return "dyn";
  }
}

function isName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/** Refuse what may take long on a large input: a loop in a loop, and patterns, which JavaScript tries by going back. */
function costProblem(node: unknown, inLoop: boolean): ConditionProblem | undefined {
  if (Array.isArray(node)) {
    for (const part of node) {
      const problem = costProblem(part, inLoop);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  if (typeof node !== "object" || node === null || !("op" in node)) return undefined;
  const { op, args } = node as ASTNode;
  const name = op === "rcall" || op === "call" ? String((args as readonly unknown[])[0]) : undefined;
  if (name === "matches")
    return { message: "patterns may take long", mend: "use startsWith, endsWith, contains or ==" };
  const isLoop = op === "rcall" && name !== undefined && loops.has(name);
  if (isLoop && inLoop) return { message: `${name} stands inside another loop`, mend: "look at one list at a time" };
  return costProblem(args, inLoop || isLoop);
}
