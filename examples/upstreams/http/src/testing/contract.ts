import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormatsModule from "ajv-formats";
import { parse } from "yaml";

// ajv-formats is CommonJS: for Node the function is the module, for TypeScript it is `default`.
const addFormats = addFormatsModule as unknown as typeof addFormatsModule.default;

/** A JSON value of the contract; what is read from it is checked by the tests that read it. */
// biome-ignore lint/suspicious/noExplicitAny: the document has the shape of OpenAPI, which is not worth stating here.
export type Node = any;

/** One operation of the contract. */
export interface ContractOperation {
  readonly method: string;
  readonly path: string;
  readonly statuses: readonly number[];
  /** Parameters of the operation and of its path, resolved. */
  readonly parameters: readonly Node[];
  /** Schema of the JSON body, resolved at its top. */
  readonly body: Node | undefined;
}

/** A contract to hold replies against. */
export interface Contract {
  /** Every operation, in the contract's order. */
  readonly operations: readonly ContractOperation[];
  /** Follow a `$ref` within the contract. */
  resolve(node: Node): Node;
  /** Find the operation of a request; a path without placeholders wins. */
  operationOf(method: string, target: string): ContractOperation | undefined;
  /** What is wrong with a reply by the contract; empty when nothing is. A field that the contract does not name is wrong too. */
  breachesOf(operation: ContractOperation, status: number, body: unknown): readonly string[];
}

/** Read an OpenAPI 3.1 document in YAML. */
export function loadContract(file: URL): Contract {
  const document: Node = parse(readFileSync(file, "utf8"));
  const ajv = addFormats(new Ajv2020({ strict: false, allErrors: true }));

  function resolve(node: Node): Node {
    if (typeof node?.$ref !== "string") return node;
    const names = node.$ref.slice(2).split("/");
    return resolve(names.reduce((at: Node, name: string) => at[name], document));
  }

  ajv.addSchema(closed(document, resolve), "contract");

  function replyValidator(operation: ContractOperation, status: number): ValidateFunction {
    const method = operation.method.toLowerCase();
    const inlined = document.paths[operation.path][method].responses[status];
    const at = inlined.$ref ?? pointer("paths", operation.path, method, "responses", String(status));
    const ref = `contract${at}/content/application~1json/schema`;
    return ajv.getSchema(ref) ?? ajv.compile({ $ref: ref });
  }

  const operations = Object.entries<Node>(document.paths).flatMap(([path, item]) =>
    Object.entries<Node>(item)
      .filter(([method]) => method !== "parameters")
      .map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        statuses: Object.keys(operation.responses).map(Number),
        parameters: [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolve),
        body: operation.requestBody && resolve(resolve(operation.requestBody).content["application/json"].schema),
      })),
  );
  return {
    operations,
    resolve,
    operationOf(method, target) {
      const [path = ""] = target.split("?");
      const matching = operations.filter(
        (operation) => operation.method === method && templatePattern(operation.path).test(path),
      );
      return matching.sort((a, b) => a.path.split("{").length - b.path.split("{").length)[0];
    },
    breachesOf(operation, status, body) {
      if (!operation.statuses.includes(status)) return [`${status} is not in the contract`];
      const validate = replyValidator(operation, status);
      if (validate(body)) return [];
      return (validate.errors ?? []).map(
        (error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
      );
    },
  };
}

function pointer(...names: readonly string[]): string {
  return `#/${names.map((name) => encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/")}`;
}

function templatePattern(template: string): RegExp {
  return new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`);
}

/** Objects with named fields take no others: so a reply that says more than the contract is found. */
function closed(node: Node, resolve: (node: Node) => Node): Node {
  if (Array.isArray(node)) return node.map((each) => closed(each, resolve));
  if (typeof node !== "object" || node === null) return node;
  const whole = node.allOf ? merged(node.allOf.map(resolve)) : node;
  const copy = Object.fromEntries(Object.entries(whole).map(([name, value]) => [name, closed(value, resolve)]));
  if (copy.type === "object" && copy.properties && copy.additionalProperties === undefined) {
    copy.additionalProperties = false;
  }
  return copy;
}

/** One object that has the fields of all: closed one by one, none would bear the fields of the others. */
function merged(objects: readonly Node[]): Node {
  return {
    type: "object",
    required: objects.flatMap(({ required }) => required ?? []),
    properties: Object.assign({}, ...objects.map(({ properties }) => properties)),
  };
}
