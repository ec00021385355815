import { type Area, type Example, server, text, tool } from "./explanation.ts";

const description = "description: Return one voucher.";
const get = "request: GET /v1/vouchers";
const good = tool("get_voucher", description, get);

/** The language: which keys there are, and which values they take. */
export const language: Area = {
  title: "The spec language",
  explanations: [
    {
      rule: "unknown-key",
      title: "Every key is one of the language's.",
      why: "A misspelt key would be left out silently, with whatever it was to say. Keys that begin with x- are yours. `lint --fix` writes the one that was meant.",
      wrong: tool("get_voucher", description, get, "scpoe: READ"),
      right: tool("get_voucher", description, get, "scope: READ"),
    },
    {
      rule: "missing-key",
      title: "What a file must say stands there.",
      why: "There are no defaults for what a tool is: its description and its request.",
      wrong: tool("get_voucher", get),
      right: good,
    },
    {
      rule: "invalid-type",
      title: "A value is of the type that its key takes.",
      why: "A text where a map belongs is mostly a slip of indentation.",
      wrong: tool("get_voucher", description, get, "tags: vouchers"),
      right: tool("get_voucher", description, get, "tags: [vouchers]"),
    },
    {
      rule: "invalid-value",
      title: "A value is one that its key takes.",
      why: "The mend lists them, or says which one was probably meant.",
      wrong: tool("get_voucher", description, get, "access: readonly"),
      right: tool("get_voucher", description, get, "access: read"),
    },
    {
      rule: "invalid-name",
      title: "A name that a spec chooses has a form that every client takes.",
      why: "Inputs become properties of JSON Schemas, which model APIs restrict to letters, digits, _ and -.",
      wrong: tool("get_voucher", description, get, "inputs: { 'filter[name]': string }"),
      right: tool("get_voucher", description, get, "inputs: { filter_name: { type: string, as: 'filter[name]' } }"),
    },
    {
      rule: "invalid-request",
      title: "A request is METHOD /path.",
      why: "One tool is one request, and this line is the whole mapping of most.",
      wrong: tool("get_voucher", description, "request: FETCH vouchers"),
      right: good,
    },
    {
      rule: "request-and-content",
      title: "A tool answers by a request or from content, not by both.",
      why: "Whoever reads the spec must be able to tell whether the upstream is asked.",
      wrong: tool("get_voucher", description, get, "content: { list: recipes, fields: [name] }"),
      right: good,
    },
    {
      rule: "interpolation",
      title: "${NAME} and ${NAME:-default} stand in server.yaml alone.",
      why: "Variables are what differs between places where a server runs. Tools are the same everywhere.",
      wrong: tool("get_voucher", description, "request: GET /${PREFIX}/vouchers"),
      right: good,
    },
    {
      rule: "literal-secret",
      title: "A secret is the name of a variable.",
      why: "Specs are committed. The problem's code frame hides the value; if it is real, revoke it.",
      wrong: { ...server("relay: { header: X-Relay, secret: 0123456789abcdef0123456789abcdef }"), ...good },
      right: { ...server("relay: { header: X-Relay, secret: '${RELAY_SECRET}' }"), ...good },
    },
    {
      rule: "secret-default",
      title: "A secret has no default.",
      why: "A default stands in the file like the secret itself, and a server that starts with it is open to everybody who can read.",
      wrong: {
        ...server("relay: { header: X-Relay, secret: '${RELAY_SECRET:-0123456789abcdef0123456789abcdef}' }"),
        ...good,
      },
      right: { ...server("relay: { header: X-Relay, secret: '${RELAY_SECRET}' }"), ...good },
    },
    {
      rule: "invisible-text",
      title: "Texts hold no characters that people do not see.",
      why: "Models read them. Hidden characters are how orders to a model get past a review.",
      wrong: tool("get_voucher", 'description: "Return\\u200b one voucher."', get),
      right: good,
    },
    {
      rule: "duplicate-server",
      title: "No two specs folders declare a server of one name.",
      why: "Their generated files would lie in the same folder.",
      wrong: { "": text("specs/shop/server.yaml: name: shop", "specs/shop2/server.yaml: name: shop") },
      right: { "": text("specs/shop/server.yaml: name: shop", "specs/shop2/server.yaml: name: shop-eu") },
    },
  ],
};

const api = (schema: string): string =>
  text(
    "openapi: 3.1.0",
    "info: { title: Shop, version: 1.0.0 }",
    "paths:",
    "  /v1/vouchers:",
    `    get: { parameters: [{ name: status, in: query, required: true, schema: ${schema} }] }`,
  );
const status = "{ type: string }";
const orders = text(
  "openapi: 3.1.0",
  "info: { title: Shop, version: 1.0.0 }",
  "paths:",
  "  /v1/orders:",
  "    post: { requestBody: { content: { application/json: { schema: { type: object, properties: { name: { type: string } } } } } } }",
);

function withContract(schema: string, inputs = "inputs: [status]", request = get): Example {
  return { "openapi.yaml": api(schema), ...tool("list_vouchers", description, request, inputs) };
}

/** The upstream's contract. */
export const contract: Area = {
  title: "The upstream's contract",
  explanations: [
    {
      rule: "invalid-contract",
      title: "The contract is an OpenAPI document.",
      why: "Endpoint mappings are checked and typed against it, so it has to be one that can be understood.",
      wrong: { "openapi.yaml": "info: { title: Shop }\npaths: {}\n", ...good },
      right: withContract(status),
    },
    {
      rule: "contract-path",
      title: "The contract is a file of the specs folder.",
      why: "A folder of specs is whole by itself: it can be moved, reviewed and generated anywhere.",
      wrong: { ...server("upstream: { url: https://api.example.com, openapi: ../api.yaml }"), ...good },
      right: {
        ...server("upstream: { url: https://api.example.com, openapi: api.yaml }"),
        "api.yaml": api(status),
        ...tool("list_vouchers", description, get, "inputs: [status]"),
      },
    },
    {
      rule: "remote-ref",
      title: "References stay inside the document.",
      why: "What lies elsewhere may be different tomorrow, and generating asks no network. `toolspec import` brings remote parts in.",
      wrong: {
        "openapi.yaml": `${api(status)}components: { schemas: { Voucher: { properties: { owner: { $ref: 'https://example.com/customer.json' } } } } }\n`,
        ...tool("list_vouchers", description, get, "inputs: [status]"),
      },
      right: withContract(status),
    },
    {
      rule: "remote-document",
      title: "Nothing is fetched unasked.",
      why: "An address may be different tomorrow, or lead inside; --allow-remote says that you mean it.",
      wrong: { "": text("$ npx toolspec import openapi https://api.example.com/openapi.json") },
      right: { "": text("$ npx toolspec import openapi https://api.example.com/openapi.json --allow-remote") },
    },
    {
      rule: "unknown-ref",
      title: "A reference leads somewhere.",
      why: "Nothing is known of what it stands for, so nothing could be checked.",
      wrong: withContract(status, "inputs: { status: { $ref: '#/schemas/Status' } }"),
      right: withContract(status),
    },
    {
      rule: "unknown-path",
      title: "The contract has the path that a tool requests.",
      why: "A slip in a path is a tool that always answers 404.",
      wrong: withContract(status, "inputs: [status]", "request: GET /v1/voucher"),
      right: withContract(status),
    },
    {
      rule: "unknown-method",
      title: "The contract has the method that a tool requests.",
      why: "The upstream would answer every call with 405.",
      wrong: withContract(status, "inputs: [status]\ndisposition: auto", "request: DELETE /v1/vouchers"),
      right: withContract(status),
    },
    {
      rule: "content-type",
      title: "A body is sent in a form that the operation takes.",
      why: "The upstream refuses every other one with 415.",
      wrong: {
        "openapi.yaml": orders,
        ...tool(
          "create_order",
          "description: Create one.",
          "request: { method: POST, path: /v1/orders, contentType: multipart/form-data }",
          "disposition: auto",
          "inputs: { name: string }",
        ),
      },
      right: {
        "openapi.yaml": orders,
        ...tool(
          "create_order",
          "description: Create one.",
          "request: POST /v1/orders",
          "disposition: auto",
          "inputs: { name: string }",
        ),
      },
    },
    {
      rule: "unknown-upstream-field",
      title: "An input is a parameter or a body field of the operation.",
      why: "The upstream would leave it out or refuse it; `as:` says its name there where yours is another.",
      wrong: withContract(status, "inputs: { status: string, color?: string }"),
      right: withContract(status),
    },
    {
      rule: "required-upstream-field",
      title: "What the operation requires is an input that is required, or a constant.",
      why: "Else there are calls that this server takes and the upstream refuses.",
      wrong: withContract(status, "inputs: { status?: string }"),
      right: withContract(status),
    },
    {
      rule: "output-reply",
      title: "output: 200 stands for a reply that the contract describes.",
      why: "The reply's schema comes from there, so there has to be one.",
      wrong: { ...withContract(status), ...tool("list_vouchers", description, get, "inputs: [status]", "output: 200") },
      right: {
        ...withContract(status),
        ...tool("list_vouchers", description, get, "inputs: [status]", "output: { type: object }"),
      },
    },
    {
      rule: "input-without-type",
      title: "An input has a type, here or in the contract.",
      why: "Without one a model may send anything, and nobody checks it.",
      wrong: tool("get_voucher", description, get, "inputs: { code: }"),
      right: tool("get_voucher", description, get, "inputs: { code: string }"),
    },
  ],
};
