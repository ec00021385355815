import { expect, test } from "vitest";
import { authProblems, key, load, problemsOf } from "../../../test/golden/folder.ts";
import type { InputIr } from "./tool.ts";

/** A contract of one operation, `POST /v/{id}`, with these parameters, bodies and replies. */
const contract = (parts: {
  parameters?: string;
  content?: string;
  responses?: string;
  method?: string;
}) => `openapi: 3.1.0
info: { title: T, version: 1.0.0 }
paths:
  /v/{id}:
    ${parts.method ?? "post"}:
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }${parts.parameters ?? ""}]
${parts.content === undefined ? "" : `      requestBody: { required: true, content: ${parts.content} }\n`}      responses: ${parts.responses ?? "{ '204': { description: Done } }"}
components: { schemas: { Row: { type: object, properties: { a: { type: integer } } } } }
`;
const write = (rest: string, request = "POST /v/{id}") =>
  `description: Write.\nrequest: ${request}\ndisposition: auto\n${rest}`;

async function inputsOf(text: string, openapi: string): Promise<Readonly<Record<string, Partial<InputIr>>>> {
  const { server, diagnostics } = await load({ openapi, tools: { a: text } });
  expect(diagnostics).toEqual([]);
  return Object.fromEntries(
    (server?.tools[0]?.inputs ?? []).map(({ name, sensitive: _, required: __, ...rest }) => [name, rest]),
  );
}

const problems = async (text: string, openapi?: string, server = "") =>
  (await problemsOf({ server, tools: { a: text }, ...(openapi !== undefined && { openapi }) })).map((line) =>
    line.replace("tools/a.yaml:", ""),
  );

test("an input may be a cookie, and the contract says which parameters are JSON", async () => {
  const parameters =
    ", { name: sid, in: cookie, schema: { type: string } }, { name: q, in: query, content: { application/json: { schema: { type: object } } } }";
  expect(await inputsOf(write("inputs: { id: , sid: , q: { in: query } }\n"), contract({ parameters }))).toMatchObject({
    sid: { place: "cookie", as: ["sid"] },
    q: { place: "query", style: { style: "json" } },
  });
});

test("styles come from the contract, and what is written wins", async () => {
  const parameters =
    ", { name: a, in: header, explode: true, schema: { type: object } }, { name: b, in: query, style: pipeDelimited, schema: { type: array, items: true } }, { name: c, in: query, style: form, explode: true, schema: { type: array, items: true } }";
  const text = write("inputs: { id: { style: matrix }, a: , b: { in: query, style: spaceDelimited }, c: }\n");
  const inputs = await inputsOf(text, contract({ parameters }));
  expect(Object.values(inputs).map(({ style }) => style)).toEqual([
    { style: "matrix" },
    { explode: true },
    { style: "spaceDelimited" },
    undefined,
  ]);
});

test("a whole body takes its schema from the contract, whatever media type of JSON that is", async () => {
  const content =
    "{ application/vnd.rows+json: { schema: { type: array, items: { $ref: '#/components/schemas/Row' } } } }";
  const { rows } = await inputsOf(write("inputs: { id: , rows: { in: requestBody } }\n"), contract({ content }));
  expect(rows).toEqual({
    place: "requestBody",
    as: ["rows"],
    schema: { type: "array", items: { $ref: "#/$defs/Row" } },
  });
});

test("where a body has no fields, what is no parameter is the body: a text, or bytes as base64", async () => {
  const xml = "{ application/xml: { schema: { $ref: '#/components/schemas/Row' } } }";
  const parameters = ", { name: mode, in: query, schema: { type: string } }";
  expect(await inputsOf(write("inputs: [id, mode, document]\n"), contract({ content: xml, parameters }))).toMatchObject(
    {
      mode: { place: "query" },
      document: { place: "requestBody", schema: { type: "string", description: "The body, as application/xml." } },
    },
  );
  const pdf = "{ application/pdf: { schema: { type: string, format: binary, description: A paper } } }";
  expect((await inputsOf(write("inputs: [id, paper]\n"), contract({ content: pdf }))).paper?.schema).toEqual({
    type: "string",
    contentEncoding: "base64",
    description: "A paper. The bytes, as base64.",
  });
});

test("a file of a form is base64, however the contract says that it is one", async () => {
  const schema =
    "{ type: object, properties: { a: { type: string, format: binary }, b: { type: array, items: { contentMediaType: image/png } }, c: {}, d: { type: string }, e: { type: string, contentMediaType: text/html }, f: { type: string } } }";
  const content = `{ multipart/form-data: { schema: ${schema}, encoding: { a: { contentType: image/png }, d: { contentType: 'text/a, text/b' }, f: { contentType: "x/y\\r\\nX: z" } } } }`;
  const text = write("inputs: { id: , a: { filename: a.png }, b: , c: , d: , e: , f: }\n");
  const inputs = await inputsOf(text, contract({ content }));
  expect(inputs.a).toMatchObject({
    schema: { contentEncoding: "base64" },
    form: { a: { contentType: "image/png", filename: "a.png", bytes: true } },
  });
  expect(inputs.b).toMatchObject({ schema: { items: { contentEncoding: "base64" } }, form: { b: { bytes: true } } });
  expect(inputs.c?.form).toEqual({ c: { bytes: true } });
  for (const name of ["d", "e", "f"]) expect(inputs[name]?.form).toBeUndefined();
  const whole = await inputsOf(write("inputs: { id: , all: { in: requestBody } }\n"), contract({ content }));
  expect(whole.all).toMatchObject({
    schema: { properties: { a: { contentEncoding: "base64" }, d: { type: "string" } } },
    form: { a: { contentType: "image/png", bytes: true }, b: { bytes: true }, c: { bytes: true } },
  });
});

test("says which media types cannot be sent, and how a range is made one", async () => {
  const inputs = "inputs: [id]\n";
  const of = async (content: string, type?: string) => {
    const long = `{ method: POST, path: '/v/{id}'${type === undefined ? "" : `, contentType: ${type}`} }`;
    const found = await problems(write(inputs, long), contract({ content }));
    return found.map((line) => line.replace(/^\d+:\d+ /, ""));
  };
  expect(await of("{ multipart/mixed: {} }")).toContain(
    "content-type: the operation takes multipart/mixed | leave this operation out, or send multipart/form-data where the upstream takes it too",
  );
  expect(await of("{ image/*: {} }")).toContain(
    "content-type: the operation takes image/* | write contentType: one of image/*",
  );
  expect(await of("{ image/*: {} }", "image/png")).toEqual([
    "required-upstream-field: POST /v/{id} requires a body, and no input sends it | add body: { in: requestBody } under inputs",
  ]);
  expect(await of("{ text/csv: {} }", "text/plain")).toContain(
    "content-type: the operation takes text/csv | write contentType: text/csv",
  );
  expect(await of("{ text/csv: {} }", "'*/*'")).toEqual([
    `invalid-value: request.contentType: "*/*" does not fit | write a media type like application/json`,
  ]);
});

test("refuses what a body has no room for", async () => {
  const csv = "{ method: POST, path: /v, contentType: text/csv, body: { c: 1 } }";
  const text = write("inputs: { a: { type: string, in: body }, b: integer }\n", csv);
  expect(await problems(text)).toEqual([
    "2:67 body-form: text/csv has no fields, so the constant c goes nowhere | remove it",
    "4:11 body-form: text/csv has no fields, so a goes nowhere | write in: requestBody, and give the whole body as one string",
    "4:42 body-form: b is sent as text/csv, so it must be a string (a text) | write type: string",
    "4:42 input-placement: b goes to the body, where a constant goes too | one input that is the whole body leaves no room: give the others another in:",
  ]);
});

test("refuses a style that its place does not have, and parts where there are none", async () => {
  const text = write(
    "inputs:\n  a: { type: array, items: true, in: query, style: matrix }\n  b: { type: string, style: form }\n  c: { type: string, filename: c.txt }\n  d: { type: object, in: query, style: json, explode: true }\n  e: { type: string, in: cookie, as: 'a;b' }\n",
    "POST /v",
  );
  expect(await problems(text)).toEqual([
    "5:52 parameter-style: a, a query parameter, cannot be written in style matrix | write style: form or spaceDelimited or pipeDelimited or deepObject or json",
    "6:29 parameter-style: b, a body field, has no style | remove it",
    "7:32 parameter-style: filename is of a part of multipart/form-data, and c, a body field, is none | remove it, or write contentType: multipart/form-data in the request's long form",
    "8:55 parameter-style: explode means nothing to style json | remove it",
    `9:3 header-form: "a;b" is no name of a cookie | use letters, digits, - and _`,
  ]);
});

test("a status stands for the contract's schema of that reply, and for no other's", async () => {
  const responses =
    "{ '200': { description: OK, content: { application/json: { schema: { $ref: '#/components/schemas/Row' } } } }, '202': { description: Taken }, 2XX: { description: Other }, default: { description: Error } }";
  const openapi = contract({ responses });
  const { server } = await load({ openapi, tools: { a: write("inputs: [id]\noutput: 200\n") } });
  expect(server?.tools[0]?.output).toEqual({ $ref: "#/$defs/Row" });
  expect(await problems(write("inputs: [id]\noutput: 202\n"), openapi)).toEqual([
    "5:9 output-reply: the reply 202 of POST /v/{id} has no schema of JSON | remove output, or write the schema itself",
  ]);
  expect(await problems(write("inputs: [id]\noutput: 201\n"), openapi)).toEqual([
    "5:9 output-reply: POST /v/{id} has no reply 201 | write output: 200",
  ]);
  const ranged = contract({ responses: "{ 2XX: { description: OK } }" });
  expect(await problems(write("inputs: [id]\noutput: 200\n"), ranged)).toEqual([
    "5:9 output-reply: POST /v/{id} has no reply 200 | 2XX is no reply of one status: add 200 to the contract, or refer to its schema: output: { $ref: … }",
  ]);
  expect(await problems(write("output: 200\n", "POST /v"))).toEqual([
    "4:9 output-reply: output: 200 stands for a reply of the contract, and there is none | write the schema itself",
  ]);
});

test("all of several scopes may be needed, each of them declared, and not any and all at once", async () => {
  const { server } = await load({ tools: { a: write("scope: { allOf: [READ, WRITE] }\n", "POST /v") } });
  expect(server?.tools[0]?.scope).toEqual({ allOf: ["READ", "WRITE"] });
  expect(await problems(write("scope: { allOf: [READ, WRITTE] }\n", "POST /v"))).toEqual([
    expect.stringContaining('4:24 undeclared-scope: scope "WRITTE" is not declared'),
  ]);
  expect(await problems(write("scope: { allOf: [READ], anyOf: [WRITE] }\n", "POST /v"))).toEqual([
    expect.stringContaining("4:8 invalid-value: scope: a map does not fit"),
  ]);
});

test("a credential in the query, or HTTP Basic, comes from variables and is set by nobody else", async () => {
  const query = "{ service: { query: key, secret: '${KEY}' } }";
  expect(await authProblems([key], "dryRunParameter: { query: KEY }\n", query)).toEqual([
    "server.yaml:10:20 reserved-query: the query parameter key carries the server's own credential | remove it",
  ]);
  expect(await authProblems([key], "", "{ service: { basic: { user: '${USER}', password: '${PASSWORD}' } } }")).toEqual(
    [],
  );
  expect(await authProblems([key], "", "{ service: { basic: { user: '${KEY}' } } }")).toEqual([]);
  const literal = await authProblems([key], "", "{ service: { basic: { user: ann, password: hunter22 } } }");
  expect(literal.map((line) => line.replace(/ \|.*/, ""))).toEqual([
    expect.stringContaining(
      "literal-secret: upstream.credentials.service.basic.user: a secret does not stand in the file",
    ),
    expect.stringContaining("literal-secret: upstream.credentials.service.basic.password: a secret does not"),
  ]);
  expect(literal.join()).not.toContain("hunter22");
  expect(await authProblems([key], "", "{ service: { header: X-Key, query: key, secret: '${KEY}' } }")).toEqual([
    expect.stringMatching(/invalid-value: upstream.credentials.* does not fit \| write .*\{ query, secret \}/),
  ]);
});
