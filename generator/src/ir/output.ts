import type { Contract } from "../openapi/contract.ts";
import type { Operation } from "../openapi/operation.ts";
import type { Problem } from "../spec/problem.ts";
import type { SpecFile } from "../spec/spec-file.ts";
import type { ToolSpec } from "../spec/tool-shape.ts";
import type { SharedSchemas } from "./shared-schemas.ts";
import type { JsonSchema } from "./tool.ts";

interface World {
  readonly file: SpecFile;
  readonly contract: Contract | undefined;
  /** Absent where the contract has none for the tool's request, which has been reported. */
  readonly operation: Operation | undefined;
  readonly shared: SharedSchemas;
}

/** What the upstream replies: a schema as written, or the contract's schema of one reply's JSON. */
export function lowerOutput(
  spec: ToolSpec["output"],
  world: World,
): { readonly output: JsonSchema | undefined; readonly problems: readonly Problem[] } {
  const { file, contract, operation, shared } = world;
  if (spec === undefined) return { output: undefined, problems: [] };
  if (typeof spec !== "number") return { output: shared.convert(spec, { file, path: ["output"] }), problems: [] };
  const refuse = (message: string, mend: string) => ({
    output: undefined,
    problems: [{ rule: "output-reply", path: ["output"], message, mend }],
  });
  if (contract === undefined)
    return refuse(`output: ${spec} stands for a reply of the contract, and there is none`, "write the schema itself");
  if (operation === undefined) return { output: undefined, problems: [] };
  const what = `${operation.method.toUpperCase()} ${operation.path}`;
  const { replies } = operation;
  if (!replies.has(String(spec))) return refuse(`${what} has no reply ${spec}`, mendOf(spec, replies));
  const schema = replies.get(String(spec));
  if (schema === undefined)
    return refuse(`the reply ${spec} of ${what} has no schema of JSON`, "remove output, or write the schema itself");
  return { output: shared.convert(schema.value, { file: contract.file, path: schema.at }), problems: [] };
}

/** Ranges and `default` stand for errors too, so what they say is no promise about a success. */
function mendOf(status: number, replies: Operation["replies"]): string {
  const known = [...replies].flatMap(([name, schema]) => (/^2\d\d$/.test(name) && schema !== undefined ? [name] : []));
  if (known.length > 0) return `write output: ${known.join(" or ")}`;
  const range = [...replies.keys()].find((name) => /^2xx$/i.test(name) || name === "default");
  if (range === undefined) return "remove output, or write the schema itself";
  return `${range} is no reply of one status: add ${status} to the contract, or refer to its schema: output: { $ref: … }`;
}
