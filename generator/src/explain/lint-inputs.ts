import { type Area, type Example, tool } from "./explanation.ts";

const description = "description: Create one voucher of a campaign, and return it with its code.";

function write(...inputs: readonly string[]): Example {
  return tool(
    "create_voucher",
    description,
    "scope: WRITE",
    "disposition: auto",
    "dryRun: none",
    "request: POST /v1/vouchers",
    "inputs:",
    ...inputs,
  );
}

function read(name: string, ...lines: readonly string[]): Example {
  return tool(name, "description: List the vouchers of a shop with their codes.", ...lines);
}

const countries = Array.from({ length: 51 }, (_, index) => `C${index + 10}`).join(", ");
const manyInputs = Array.from(
  { length: 21 },
  (_, index) => `  filter_${index + 1}?: { type: string, description: A filter. }`,
);

/** Lint: inputs, lists and examples. */
export const lintInputs: Area = {
  title: "Lint: inputs, lists, examples",
  explanations: [
    {
      rule: "input-description",
      title: "Every input, and every property inside it, has a description.",
      why: "A model fills in what it understands: unit, form, and where the value comes from.",
      wrong: write("  amount: { type: integer, minimum: 1, maximum: 9999 }"),
      right: write("  amount: { type: integer, minimum: 1, maximum: 9999, description: In cents. }"),
    },
    {
      rule: "number-bounds",
      title: "A number that is written has a lowest and a highest value.",
      why: "A slip of three zeros is refused here, with a message, and not carried out.",
      wrong: write("  amount: { type: integer, description: In cents. }"),
      right: write("  amount: { type: integer, minimum: 1, maximum: 50000, description: In cents. }"),
    },
    {
      rule: "string-bounds",
      title: "A text has a greatest length, a pattern or a format (strict).",
      why: "Whole documents end up in fields that are meant for a name.",
      wrong: write("  name: { type: string, description: Name on the voucher. }"),
      right: write("  name: { type: string, maxLength: 80, description: Name on the voucher. }"),
    },
    {
      rule: "array-bounds",
      title: "A list in a body has a greatest number of items.",
      why: "One call is one request to the upstream, and one thing that a person is asked about: it must be possible to read it.",
      wrong: write("  codes: { type: array, items: { type: string }, description: Codes to use. }"),
      right: write("  codes: { type: array, maxItems: 50, items: { type: string }, description: Codes to use. }"),
    },
    {
      rule: "enum-size",
      title: "A list of values has at most 50.",
      why: "All of them stand in every conversation, and some clients cut the list.",
      wrong: write(`  country: { enum: [${countries}], description: Where it is valid. }`),
      right: write("  country: { type: string, pattern: '^[A-Z]{2}$', description: 'Where it is valid, ISO 3166-1.' }"),
    },
    {
      rule: "enum-order",
      title: "A long list of values that a spec writes is sorted.",
      why: "A person finds a value in it, and a new one shows as one line of a diff. `lint --fix` sorts it.",
      wrong: write("  tag: { enum: [b, a, c, d, e, f, g, h, i, j, k, l, m], description: Its tag. }"),
      right: write("  tag: { enum: [a, b, c, d, e, f, g, h, i, j, k, l, m], description: Its tag. }"),
    },
    {
      rule: "free-form-object",
      title: "A map says which keys it has, or what its values are.",
      why: "A model that may send anything does, and validation cannot help it.",
      wrong: write("  metadata: { type: object, description: Whatever belongs to it. }"),
      right: write("  metadata: { type: object, additionalProperties: { type: string }, description: Labels. }"),
    },
    {
      rule: "too-many-inputs",
      title: "A tool has at most 20 inputs.",
      why: "With more, models leave out the ones that matter and fill in the ones that do not.",
      wrong: read("list_vouchers", "request: GET /v1/vouchers", "inputs:", ...manyInputs),
      right: read("list_vouchers", "request: GET /v1/vouchers", "inputs:", ...manyInputs.slice(0, 3)),
    },
    {
      rule: "input-composition",
      title: "An input has one plain type, not alternatives.",
      why: "Many clients hand schemas to model APIs that drop oneOf, anyOf and allOf, so that the model guesses.",
      wrong: write(
        "  owner: { oneOf: [{ type: string }, { type: object, properties: { id: { type: string } } }], description: Whose it is. }",
      ),
      right: write("  owner: { type: string, description: Id of the customer whose it is. }"),
    },
    {
      rule: "input-reference",
      title: "An input's schema is written out rather than referred to (strict).",
      why: "The weakest clients do not follow references inside a tool's schema.",
      wrong: {
        "server.yaml": "schemas: { Money: { type: integer, minimum: 1, maximum: 9999 } }\n",
        ...write("  amount: { $ref: '#/schemas/Money' }"),
      },
      right: write("  amount: { type: integer, minimum: 1, maximum: 9999, description: In cents. }"),
    },
    {
      rule: "recursive-input",
      title: "No input leads back to its own schema.",
      why: "Model APIs refuse schemas that hold themselves, and with them the whole tool.",
      wrong: {
        "server.yaml":
          "schemas: { Rule: { type: object, properties: { all: { type: array, items: { $ref: '#/schemas/Rule' } } } } }\n",
        ...write("  rule: { $ref: '#/schemas/Rule' }"),
      },
      right: write("  rules: { type: array, maxItems: 9, items: { type: string }, description: All must hold. }"),
    },
    {
      rule: "deep-input",
      title: "Inputs nest at most four levels deep.",
      why: "Models put fields at the wrong level; `as: delivery.address.city` makes a flat input of a deep field.",
      wrong: write(`  delivery: ${nested(["a", "b", "c", "d", "e"])}`),
      right: write("  city: { type: string, maxLength: 80, as: delivery.address.city, description: Town. }"),
    },
    {
      rule: "sensitive-input",
      title: "An input that is a secret by its name is `sensitive`.",
      why: "What is not marked stands in logs, in the audit trail and in error texts.",
      wrong: write("  password: { type: string, description: Of the new account. }"),
      right: write("  password: { type: string, sensitive: true, description: Of the new account. }"),
    },
    {
      rule: "list-bound",
      title: "A list has pages, or a size with a maximum.",
      why: "One call for everything fills a model's whole memory, and the upstream's time.",
      wrong: read(
        "list_vouchers",
        "request: GET /v1/vouchers",
        "inputs:",
        "  limit?: { type: integer, description: How many. }",
      ),
      right: read(
        "list_vouchers",
        "request: GET /v1/vouchers",
        "inputs:",
        "  limit?: { type: integer, maximum: 200, description: How many. }",
      ),
    },
    {
      rule: "examples-missing",
      title: "A tool has an example of a call that works.",
      why: "People read it, models copy it, and it is run as a test.",
      wrong: read("list_vouchers", "request: GET /v1/vouchers"),
      right: read("list_vouchers", "request: GET /v1/vouchers", "examples: [{ title: All, inputs: {} }]"),
    },
  ],
};

/** A map in a map in a map, the innermost holding a text. */
function nested(names: readonly string[]): string {
  const [name, ...rest] = names;
  return name === undefined ? "{ type: string }" : `{ type: object, properties: { ${name}: ${nested(rest)} } }`;
}
