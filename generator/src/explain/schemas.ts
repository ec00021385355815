import { type Area, type Example, text, tool } from "./explanation.ts";

function input(schema: string): Example {
  return tool(
    "get_voucher",
    "description: Return one voucher.",
    "request: GET /v1/vouchers",
    `inputs: { code: ${schema} }`,
  );
}

function write(schema: string): Example {
  return tool(
    "set_tree",
    "description: Set the tree.",
    "request: PUT /v1/tree",
    "disposition: auto",
    `inputs: { tree: ${schema} }`,
  );
}

/** JSON Schemas of inputs and outputs. */
export const schemas: Area = {
  title: "Schemas",
  explanations: [
    {
      rule: "invalid-keyword",
      title: "A keyword has a value of the form that JSON Schema gives it.",
      why: "A keyword with another value says nothing, and different validators make different things of it.",
      wrong: {
        "openapi.yaml": text(
          "openapi: 3.1.0",
          "info: { title: S, version: 1.0.0 }",
          "paths: { /v1/vouchers: { get: { parameters: [{ name: code, in: query, schema: { type: string, maxLength: ten } }] } } }",
        ),
        ...tool("get_voucher", "description: Return one voucher.", "request: GET /v1/vouchers", "inputs: [code]"),
      },
      right: input("{ type: string, maxLength: 10 }"),
    },
    {
      rule: "unsupported-keyword",
      title: "A schema uses keywords that the generated validator holds.",
      why: "What cannot be held is refused by name here; a validator that silently accepts more would be worse.",
      wrong: {
        "server.yaml": text(
          "schemas:",
          "  Tree:",
          "    properties: { child: { $ref: '#/schemas/Tree', unevaluatedProperties: false } }",
          "    anyOf: [{ required: [a] }, { properties: { child: { $ref: '#/schemas/Tree' } } }]",
        ),
        ...input("{ $ref: '#/schemas/Tree' }"),
      },
      right: {
        "server.yaml": text(
          "schemas:",
          "  Tree:",
          "    type: object",
          "    properties: { child: { $ref: '#/schemas/Tree' } }",
          "    additionalProperties: false",
        ),
        ...write("{ $ref: '#/schemas/Tree' }"),
      },
    },
    {
      rule: "invalid-pattern",
      title: "A pattern is a regular expression of ECMAScript with the u flag.",
      why: "The validator and every client's Ajv must read it alike.",
      wrong: input("{ type: string, pattern: '[a-' }"),
      right: input("{ type: string, pattern: '^[a-z]+$' }"),
    },
    {
      rule: "slow-pattern",
      title: "A pattern is decided quickly, whatever the text.",
      why: "Some patterns take hours for a text of forty characters: whoever sends one stops the server. Most are read in another way, which is quick; not those that refer back to a group, and not those with too many states for a long text.",
      wrong: input("{ type: string, pattern: '^(a+)+\\1$' }"),
      right: input("{ type: string, pattern: '^a+$' }"),
    },
    {
      rule: "invalid-default",
      title: "A default fits its own schema.",
      why: "It is sent where the caller says nothing, so a wrong one makes every such call fail.",
      wrong: input("{ type: integer, minimum: 1, default: 0 }"),
      right: input("{ type: integer, minimum: 1, default: 1 }"),
    },
    {
      rule: "unfilled-default",
      title: "A default stands where it can be filled in.",
      why: "Within alternatives nobody can tell whether it holds; it would be advertised and not sent.",
      wrong: input(
        "{ type: object, properties: { b: { type: string } }, anyOf: [{ properties: { a: { type: string, default: x } } }] }",
      ),
      right: input("{ type: object, properties: { b: { type: string }, a: { type: string, default: x } } }"),
    },
    {
      rule: "endless-ref",
      title: "References do not go in circles about one value.",
      why: "Nothing fits a schema that is only itself, and a validator would never end.",
      wrong: {
        "server.yaml": "schemas: { A: { $ref: '#/schemas/B' }, B: { anyOf: [{ $ref: '#/schemas/A' }, true] } }\n",
        ...input("{ $ref: '#/schemas/A' }"),
      },
      right: {
        "server.yaml": "schemas: { A: { type: array, items: { $ref: '#/schemas/A' } } }\n",
        ...input("{ $ref: '#/schemas/A', description: A tree. }"),
      },
    },
    {
      rule: "schema-type",
      title: "A schema is a map, or true or false.",
      why: "Anything else says nothing, and validators differ on what to make of it.",
      wrong: { "": text("schema: string") },
      right: { "": text("schema: { type: string }") },
    },
    {
      rule: "schema-depth",
      title: "A schema nests less deeply than what can be checked.",
      why: "Work grows with depth; a reference gives the inner part a name.",
      wrong: { "": text("a schema of the contract with maps some hundred levels deep") },
      right: { "": text("the inner part under components.schemas, and a $ref to it") },
    },
    {
      rule: "too-many-schemas",
      title: "One tool leads to no more schemas than a model can be shown.",
      why: "All of them stand in tools/list. `result:` or a smaller output brings less.",
      wrong: { "": text("output: { $ref: 'openapi.yaml#/components/schemas/Everything' }") },
      right: { "": text("output: { $ref: 'openapi.yaml#/components/schemas/VoucherSummary' }") },
    },
  ],
};
