/** Confirmation as clients meet it: the SDK's own client in both eras over HTTP, and stdio. */
import { randomBytes, randomUUID } from "node:crypto";
import { PassThrough } from "node:stream";
import {
  Client,
  type ClientCapabilities,
  type ElicitResult,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Caller } from "../call.ts";
import { accepted, ask, build, errorIn, give, message, people } from "./confirm-fixture.ts";
import { post } from "./fixture.ts";
import { serveStdio } from "./stdio.ts";

type Elicitation = NonNullable<ClientCapabilities["elicitation"]>;

/** A client of the SDK that shows forms to `person`. */
async function connect(
  url: string,
  person: (message: string, schema: unknown) => ElicitResult,
  { mode = { pin: "2026-07-28" } as "legacy" | { pin: string }, id = "ada", elicitation = {} as Elicitation } = {},
): Promise<Client> {
  const client = new Client(
    { name: "test", version: "1" },
    { capabilities: { elicitation }, versionNegotiation: { mode } },
  );
  client.setRequestHandler("elicitation/create", ({ params }) =>
    person(params.message, "requestedSchema" in params ? params.requestedSchema : undefined),
  );
  const requestInit = { headers: { "x-api-key": id } };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  onTestFinished(() => client.close());
  return client;
}

describe("a modern client that shows forms", () => {
  it.each<Elicitation>([{}, { form: {} }, { form: {}, url: {} }])(
    "asks the person, and the call runs once on a yes (declares %j)",
    async (elicitation) => {
      const { urls, sent, entries } = await build();
      const shown: unknown[] = [];
      const person = (...form: unknown[]): ElicitResult => {
        shown.push(form);
        return { action: "accept", content: { confirm: true } };
      };
      const client = await connect(urls[0] ?? "", person, { elicitation });
      const result = await client.callTool({ ...give, arguments: { to: "bo", confirm: true } });
      expect(result).toMatchObject({ structuredContent: { given: true } });
      expect(result.isError).toBeUndefined();
      expect(sent).toEqual([{ to: "bo", points: 10 }]);
      expect(shown).toEqual([
        [
          [
            "Gifts asks before it runs this. Nothing has been sent yet. An answer counts for 5 minutes.",
            "",
            "Tool: Give points (give_points)",
            "Account: acme",
            "Arguments:",
            '- to: "bo"',
            "- points: 10",
            "",
            "What it does: Points are spent at once.",
            "Request: POST /gifts",
          ].join("\n"),
          expect.objectContaining({ required: ["confirm"] }),
        ],
      ]);
      expect(entries.map(({ type, outcome, decision, why }) => [type, outcome, decision, why])).toEqual([
        ["call", "asked", "confirm", "every call of this tool needs a person's yes"],
        ["intent", "intent", "run", "a person confirmed it in a form"],
        ["call", "ok", "run", "a person confirmed it in a form"],
      ]);
    },
  );

  it.each([
    ["declined", { action: "decline" }],
    ["cancelled", { action: "cancel" }],
    ["declined", { action: "accept", content: { confirm: false } }],
  ] as const)("says that the person %s: %j", async (reason, answer) => {
    const { urls, sent, entries } = await build();
    const client = await connect(urls[0] ?? "", () => answer);
    const result = await client.callTool({ ...give, arguments: { to: "bo", confirm: true } });
    expect(result.isError).toBe(true);
    expect(errorIn(result)).toMatchObject({ code: "confirmation_refused", reason, retryable: false });
    expect(errorIn(result).fix).toMatch(/\.$/);
    expect(sent).toEqual([]);
    expect(entries.map(({ outcome }) => outcome)).toEqual(["asked", "confirmation_refused"]);
  });

  it("is not asked for a dry run", async () => {
    const { urls, sent, entries } = await build();
    const client = await connect(urls[0] ?? "", () => expect.fail("nobody is asked"));
    expect((await client.callTool({ ...give, arguments: { to: "bo", dry_run: true } })).isError).toBeUndefined();
    expect([sent, entries.map(({ outcome }) => outcome)]).toEqual([[], ["planned"]]);
  });
});

describe("a client that shows no forms", () => {
  const nobody = () => expect.fail("nobody is asked");
  const clients = [
    ["legacy, though it declares them", { mode: "legacy" }],
    ["modern, by address only", { elicitation: { url: {} } }],
  ] as const;

  it.each(clients)("runs with confirm: true, and is told of it without (%s)", async (_what, options) => {
    const { urls, sent } = await build();
    const client = await connect(urls[0] ?? "", nobody, options);
    const refused = await client.callTool(give);
    expect(refused.isError).toBe(true);
    expect(errorIn(refused)).toEqual({
      code: "confirmation_required",
      message:
        "give_points was not run: every call of this tool needs a person's yes. It would do this: Give points, by POST /gifts.",
      retryable: false,
      fix: "Ask the person; then call again with the same arguments and confirm: true.",
    });
    expect(sent).toEqual([]);
    const done = await client.callTool({ ...give, arguments: { to: "bo", confirm: true } });
    expect(done).toMatchObject({ structuredContent: { given: true } });
    expect(sent).toEqual([{ to: "bo", points: 10 }]);
  });

  it.each(clients)("runs with nothing that is not true (%s)", async (_what, options) => {
    const { urls, sent } = await build();
    const client = await connect(urls[0] ?? "", nobody, options);
    for (const confirm of ["true", 1, null, [], {}, "", "TRUE"])
      expect(errorIn(await client.callTool({ ...give, arguments: { to: "bo", confirm } })).code).toBe(
        "invalid_argument",
      );
    for (const given of [{ confirm: false }, {}])
      expect(errorIn(await client.callTool({ ...give, arguments: { to: "bo", ...given } })).code).toBe(
        "confirmation_required",
      );
    for (const given of [{ Confirm: true }, { " confirm": true }, { constructor: { prototype: { confirm: true } } }])
      expect(errorIn(await client.callTool({ ...give, arguments: { to: "bo", ...given } })).code).toBe(
        "invalid_argument",
      );
    expect(sent).toEqual([]);
  });

  it("cannot confirm through a prototype", async () => {
    const { urls, sent } = await build();
    const params = '{"name":"give_points","arguments":{"to":"bo","__proto__":{"confirm":true}}}';
    const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`;
    const headers = { "x-api-key": "ada", "mcp-protocol-version": "2025-11-25" };
    expect((await post(urls[0] ?? "", body, headers)).json.error.data).toMatchObject({ code: "invalid_argument" });
    expect(sent).toEqual([]);
  });

  it("of 2025 has no answers: what it brings is not looked at", async () => {
    const { urls, sent } = await build();
    const asked = await ask(urls[0]);
    const headers = { "x-api-key": "ada", "mcp-protocol-version": "2025-11-25" };
    const params = { ...give, requestState: asked.requestState, inputResponses: { confirm: accepted } };
    const body = { jsonrpc: "2.0", id: 1, method: "tools/call", params };
    expect(errorIn((await post(urls[0] ?? "", body, headers)).json.result).code).toBe("confirmation_required");
    expect(sent).toEqual([]);
  });
});

describe("on stdio", () => {
  it("a modern client is asked, and its answer counts once", async () => {
    const { gateway, sent } = await build();
    const [input, output] = [new PassThrough(), new PassThrough()];
    const quiet = () => undefined;
    const server = serveStdio(gateway, {
      caller: people.ada as Caller,
      input,
      output,
      clock: { now: () => 0, monotonic: () => 0 },
      random: { uuid: () => randomUUID(), bytes: (length) => randomBytes(length) },
      logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    });
    const exchange = async (params: Record<string, unknown>) => {
      const answered = new Promise<Buffer>((resolve) => output.once("data", resolve));
      input.write(`${JSON.stringify(message(params).body)}\n`);
      return JSON.parse(String(await answered)).result;
    };
    const asked = await exchange({});
    expect(asked).toMatchObject({
      resultType: "input_required",
      inputRequests: { confirm: { method: "elicitation/create" } },
    });
    const retry = { requestState: asked.requestState, inputResponses: { confirm: accepted } };
    expect(await exchange(retry)).toMatchObject({ structuredContent: { given: true } });
    expect(errorIn(await exchange(retry))).toMatchObject({ code: "confirmation_refused", reason: "used" });
    expect(sent).toHaveLength(1);
    await server.close();
  });
});
