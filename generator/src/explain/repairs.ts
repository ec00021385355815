import { type Area, type Example, text, tool } from "./explanation.ts";

const list = tool("list_vouchers", "description: List vouchers.", "request: GET /v1/vouchers");

function api(operations: string, path = "/v1/vouchers", info = "{ title: Shop, version: 1.0.0 }"): Example {
  return { "openapi.yaml": text("openapi: 3.1.0", `info: ${info}`, "paths:", `  ${path}: ${operations}`) };
}

const good = api("{ get: {} }");

/** What is mended in a contract while it is read; each is a warning. */
export const repairs: Area = {
  title: "Repairs of a contract",
  explanations: [
    {
      rule: "incomplete-info",
      title: "A contract has a title and a version.",
      why: "They are filled in; what is written says which API, and which release of it, the tools were made from.",
      wrong: { ...api("{ get: {} }", "/v1/vouchers", "{ title: Shop }"), ...list },
      right: { ...good, ...list },
    },
    {
      rule: "invalid-path-item",
      title: "A path is a map of methods.",
      why: "Anything else is left out, so that no tool can call it.",
      wrong: { ...good, "openapi.yaml": `${good["openapi.yaml"]}  /v1/orders: none\n`, ...list },
      right: { ...good, ...list },
    },
    {
      rule: "mended-path",
      title: "A path is what a request is sent to.",
      why: "A query or a fragment is none of it, and a placeholder stands for one segment. What is meant is put right, so that tools can be made.",
      wrong: { ...api("{ get: {} }", "/v1/vouchers#all"), ...list },
      right: { ...good, ...list },
    },
    {
      rule: "invalid-operation",
      title: "An operation is a map.",
      why: "Anything else is left out, so that no tool can call it.",
      wrong: { ...api("{ get: {}, post: none }"), ...list },
      right: { ...api("{ get: {}, post: {} }"), ...list },
    },
    {
      rule: "unsupported-method",
      title: "Tools call GET, HEAD, POST, PUT, PATCH and DELETE.",
      why: "Other methods are left out: they ask about the connection, not about what the API is for.",
      wrong: { ...api("{ get: {}, trace: {} }"), ...list },
      right: { ...good, ...list },
    },
    {
      rule: "body-of-get",
      title: "GET and HEAD have no body.",
      why: "HTTP gives it no meaning, and servers and proxies drop it (RFC 9110, section 9.3.1), so it is left out.",
      wrong: {
        ...api("{ get: { requestBody: { content: { application/json: { schema: { type: object } } } } } }"),
        ...list,
      },
      right: { ...good, ...list },
    },
    {
      rule: "invalid-parameter",
      title: "A parameter has a name and a place, once.",
      why: "One that has not is left out, because nobody could say where its value goes.",
      wrong: { ...api("{ get: { parameters: [{ name: take, schema: { type: integer } }] } }"), ...list },
      right: { ...api("{ get: { parameters: [{ name: take, in: query, schema: { type: integer } }] } }"), ...list },
    },
    {
      rule: "undeclared-path-parameter",
      title: "Every {name} of a path is declared as a parameter.",
      why: "It is taken for a text; declared, it has a type and a description that tools inherit.",
      wrong: {
        ...api("{ get: {} }", "/v1/vouchers/{code}"),
        ...tool("get_voucher", "description: Return one.", "request: GET /v1/vouchers/{code}", "inputs: [code]"),
      },
      right: {
        ...api(
          "{ get: { parameters: [{ name: code, in: path, required: true, schema: { type: string } }] } }",
          "/v1/vouchers/{code}",
        ),
        ...tool("get_voucher", "description: Return one.", "request: GET /v1/vouchers/{code}", "inputs: [code]"),
      },
    },
    {
      rule: "unusable-operation",
      title: "A tool's operation leads nowhere outside the contract.",
      why: "What it needs is not there, so nothing could be checked. `toolspec import --allow-remote` brings such parts in.",
      wrong: { ...api("{ get: { parameters: [{ $ref: 'https://example.com/p.json' }] } }"), ...list },
      right: { ...good, ...list },
    },
    {
      rule: "untyped-operation",
      title: "The contract's types can be made of every path that has tools.",
      why: "Tools of a path that openapi-typescript cannot read work as well, but an upstream that drops a field no longer breaks the build.",
      wrong: { "": text("# openapi.json: a schema that openapi-typescript stumbles over, which the message quotes") },
      right: { "": text("# openapi.json: the same, as the OpenAPI specification has it") },
    },
  ],
};
