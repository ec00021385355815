import { describe, expect, it } from "vitest";
import type { JsonObject, ServerDefinition } from "../codegen.ts";
import { type CallContext, callCommand } from "./call-command.ts";
import type { CallEnd } from "./call-text.ts";

const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln";
const tools = [{ name: "create_order", title: "Create an order" }, { name: "get_order" }];
const definition = { tools } as unknown as ServerDefinition;
const inputSchema = {
  type: "object",
  properties: {
    name: { type: "string" },
    count: { type: "integer" },
    price: { type: ["number", "null"] },
    gift: { enum: [true, false] },
    tags: { type: "array", items: { $ref: "#/$defs/Tag" } },
    sizes: { type: "array", items: { type: "integer" } },
    to: { $ref: "#/$defs/To" },
    any: {},
  },
  $defs: { Tag: { type: "string" }, To: { type: "object" } },
};

interface House extends Partial<CallContext> {
  readonly end?: CallEnd;
}

/** Run the command over tools that answer `end`, and say what they were called with. */
async function run(argv: readonly string[], { end = { result: { content: [] } }, ...changes }: House = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const calls: [name: string, input: JsonObject][] = [];
  const opened: unknown[] = [];
  let closed = 0;
  const source = async (how: unknown) => {
    opened.push(how);
    return {
      tools: [
        { name: "create_order", title: "Create an order", inputSchema },
        { name: "get_order", inputSchema: {} },
      ],
      call: async (name: string, input: JsonObject) => {
        calls.push([name, input]);
        return end;
      },
      close: async () => void closed++,
    };
  };
  const code = await callCommand(argv, {
    server: { path: "registrations.ts", definition },
    variables: { TOKEN: jwt, EMPTY: "" },
    compose: ({ server: _, ...options }) => source(options),
    connect: (url, headers) => source({ url, headers }),
    readText: async (path) =>
      path === "-" ? '{"name":"from stdin"}' : Promise.reject(Object.assign(new Error(), { code: "ENOENT" })),
    signal: new AbortController().signal,
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    ...changes,
  });
  return { code, out: out.join(""), err: err.join(""), calls, opened, closed };
}

const value = (structuredContent: unknown): CallEnd => ({ result: { content: [], structuredContent } });
const refused = (error: JsonObject): CallEnd => ({
  result: { isError: true, content: [{ type: "text", text: JSON.stringify({ error }) }] },
});

describe("the arguments of a call", () => {
  it("are typed by the tool's inputs, with those of --input below them", async () => {
    const pairs = [
      "name=7",
      "count=7",
      "price=1.5",
      "gift=true",
      'to={"city":"Bonn"}',
      "any=x",
      "tags=a,b",
      "tags=c",
      "sizes=[1,2]",
    ];
    const { calls, code } = await run([
      "create_order",
      ...pairs,
      "registrations.ts",
      "--input",
      '{"note":1,"name":"old"}',
    ]);
    expect(code).toBe(0);
    const to = { city: "Bonn" };
    expect(calls).toEqual([
      [
        "create_order",
        { note: 1, name: "7", count: 7, price: 1.5, gift: true, to, any: "x", tags: ["a,b", "c"], sizes: [1, 2] },
      ],
    ]);
  });

  it("may come from standard input, and take the values of variables", async () => {
    const { calls } = await run(["create_order", "--input", "-", "any=${TOKEN}", "--dry-run", "--confirm"]);
    expect(calls).toEqual([["create_order", { name: "from stdin", any: jwt, dry_run: true, confirm: true }]]);
  });

  it("keep a hostile name as one of theirs, for the server to refuse", async () => {
    const { calls } = await run(["create_order", "__proto__=1"]);
    expect(Object.keys(calls[0]?.[1] ?? {})).toEqual(["__proto__"]);
  });

  it.each([
    [["count=two"], 'count takes a whole number, got "two".'],
    [["count=1.5"], 'count takes a whole number, got "1.5".'],
    [["count=${TOKEN}"], "count takes a whole number, got ${TOKEN}."],
    [["any=${NONE}"], "any names NONE, which is not set in the environment."],
    [["sizes=x"], 'sizes takes a whole number, got "x".'],
    [["to=Bonn"], "to takes an object as JSON"],
    [["Bonn"], '"Bonn" is neither name=value nor a specs folder whose code is generated.'],
    [["--input", "[1]"], "--input takes a JSON object"],
    [["--input", "@none.json"], "--input @none.json cannot be read (ENOENT)."],
    [["--header", "A: b"], "--header is for a running server"],
    [["--url", "http://a", "--approve"], "--approve is for a call in this process"],
    [["--url", "http://a", "--tenant", "t"], "--tenant is for a call in this process"],
  ])("are refused as %j", async (given, message) => {
    const { code, err, calls, opened, closed } = await run(["create_order", ...given]);
    expect([code, calls, opened.length]).toEqual([2, [], closed]);
    expect(err).toContain(message);
    expect(err).not.toContain(jwt);
  });

  it.each([
    [["any", "=", jwt].join("")],
    [jwt],
    [`--input={"any":"${jwt}"}`],
    ["any=sk_live_0123456789"],
    ["any=vf_ak_0123456789abcdefghij"],
    [`--url=http://a/${jwt}`],
  ])("hold no secret in plain text, and say how it is given: %s", async (given) => {
    const { code, err, opened, closed } = await run(["create_order", given]);
    expect([code, opened.length]).toEqual([2, closed]);
    expect(err).toMatch(/looks like a secret, and others can read command lines\. (Put|Write|Send)/);
    expect(err).not.toMatch(/eyJ|sk_live|vf_ak/);
  });
});

describe("where a tool is called", () => {
  it("is this process, or a running server with headers from the environment", async () => {
    const local = await run(["create_order", "--upstream", "http://b", "--tenant", "acme", "--approve"]);
    expect(local.opened).toEqual([{ upstream: "http://b", tenant: "acme", approve: true, config: undefined }]);
    const header = ["--header", "Authorization: Bearer ${TOKEN}", "--header", "X-Note: plain"];
    const remote = await run(["create_order", "--url", "http://a/mcp", ...header], { server: undefined });
    expect(remote.opened).toEqual([
      { url: "http://a/mcp", headers: { Authorization: `Bearer ${jwt}`, "X-Note": "plain" } },
    ]);
    expect(remote.closed).toBe(1);
  });

  it.each([
    ["Authorization: Bearer abc", "--header Authorization holds a secret"],
    ["X-API-Key: abc", "--header X-API-Key holds a secret"],
    [`X-Note: ${jwt}`, "--header X-Note looks like a secret"],
    ["X-API-Key: ${NONE}", "--header X-API-Key names NONE, which is not set"],
    ["no header", "--header takes a name and a value"],
  ])("refuses the header %j", async (header, message) => {
    const { code, err, opened } = await run(["create_order", "--url", "http://a", "--header", header]);
    expect([code, opened]).toEqual([2, []]);
    expect(err).toContain(message);
    expect(err).not.toMatch(/abc|eyJ/);
  });

  it("lists the tools where none is named, and says which one was probably meant", async () => {
    expect(await run(["registrations.ts"])).toMatchObject({
      code: 0,
      out: "create_order  Create an order\nget_order\n",
      opened: [],
    });
    expect((await run(["--url", "http://a"])).out).toBe("create_order  Create an order\nget_order\n");
    const err = expect.stringContaining("Did you mean get_order?");
    expect(await run(["get_ordr"])).toMatchObject({ code: 2, err, opened: [] });
    expect(await run(["get_ordr", "--url", "http://a"])).toMatchObject({ code: 2, err, closed: 1 });
    expect(await run(["zzz"])).toMatchObject({ code: 2, err: expect.stringContaining("lists them all") });
    const nowhere = await run(["create_order"], { server: undefined });
    expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining("or --url <address>")]);
  });
});

describe("the end of a call", () => {
  it("is shown as JSON that is easy to read, or as it came with --format json", async () => {
    const end = value({ id: 1, text: "a\u001b[31m\tb" });
    expect(await run(["create_order"], { end })).toMatchObject({
      code: 0,
      out: '{\n  "id": 1,\n  "text": "a\\u001b[31m\\tb"\n}\n',
    });
    const json = await run(["create_order", "--format", "json"], { end });
    expect([JSON.parse(json.out), json.err, json.code]).toEqual(["result" in end && end.result, "", 0]);
  });

  it("is text with nothing that steers a terminal, and a word for bytes", async () => {
    const content = [
      { type: "text", text: "a\u001b[31mb\u202e" },
      { type: "image", data: "aGVsbG8=", mimeType: "image/png" },
    ];
    const { out, code } = await run(["create_order"], { end: { result: { content } } });
    expect([code, out]).toEqual([0, "a?[31mb?\n[image/png, 6 bytes; --format json has it]\n"]);
    expect((await run(["create_order"])).err).toBe("Done. The upstream said nothing.\n");
  });

  it("is a request where it was planned", async () => {
    const plan = {
      method: "POST",
      path: "/v1/orders",
      query: "a=1",
      headers: { "content-type": "application/json" },
      body: { n: 1 },
    };
    const { out, err, code } = await run(["create_order"], {
      end: value({ dry_run: true, plan, disposition: "confirm" }),
    });
    expect([code, err]).toEqual([0, "Nothing was sent. Disposition of the real call: confirm.\n"]);
    expect(out).toBe('POST /v1/orders?a=1\ncontent-type: application/json\n\n{\n  "n": 1\n}\n');
  });

  it("is 1 where a call waits, with what to do next", async () => {
    const end = value({ status: "pending_approval", approval_id: "a1" });
    const here = await run(["create_order"], { end });
    expect([here.code, here.out]).toEqual([1, expect.stringContaining('"approval_id": "a1"')]);
    expect(here.err).toContain("Run it again with --approve");
    const there = await run(["create_order", "--url", "http://a"], { end });
    expect(there.err).toContain("toolspec approvals approve a1 <specs>");
    expect(there.err).toContain("Do not call create_order again");
  });

  it("is 1 with what is wrong and how to mend it", async () => {
    const issues = [{ path: "count", message: "must be at most 5" }];
    const end = refused({
      code: "x_limit",
      status: 422,
      message: "No.",
      fix: "Ask for less.",
      issues,
      retryable: true,
    });
    expect(await run(["create_order"], { end })).toMatchObject({
      code: 1,
      out: "",
      err: "error: No. (x_limit, HTTP 422)\n  count: must be at most 5\n  Ask for less.\n  Trying again may help.\n",
    });
    const unconfirmed = await run(["create_order"], {
      end: refused({ code: "confirmation_required", message: "Sure?" }),
    });
    expect([unconfirmed.code, unconfirmed.err]).toEqual([1, expect.stringContaining("Run it again with --confirm")]);
    const plain = await run(["create_order"], {
      end: { result: { isError: true, content: [{ type: "text", text: "Oops" }] } },
    });
    expect([plain.code, plain.err]).toEqual([1, "error: Oops\n"]);
  });

  it("is 1 for a JSON-RPC error, which --format json shows as it is", async () => {
    const data = {
      code: "scope_required",
      error: { code: "scope_required", message: "M", meta: { fix: "Ask for WRITE." } },
    };
    const error = { code: -32004, message: "It needs WRITE.", data };
    const pretty = await run(["create_order"], { end: { error } });
    expect([pretty.code, pretty.err]).toEqual([1, "error: It needs WRITE. (scope_required)\n  Ask for WRITE.\n"]);
    const json = await run(["create_order", "--format", "json"], { end: { error } });
    expect([json.code, JSON.parse(json.out), json.err]).toEqual([1, { error }, ""]);
  });
});
