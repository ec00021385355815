/** What a role and a grant may do: viewers read, a read-only grant changes nothing by any route, and a token reaches one Space. */
import { request as send } from "node:http";
import { describe, expect, it } from "vitest";
import { verifies } from "../requirements.ts";
import { eras } from "../wire.ts";
import { ask } from "./ask.ts";
import { calls, confirmed } from "./calls.ts";
import { asked, callWithForm, yes } from "./form.ts";
import { allTools, allWrites, readOnly, type System, startSystem } from "./system.ts";

const allReads = allTools.filter((name) => !allWrites.includes(name));

async function listed(system: System, key: string): Promise<readonly string[]> {
  const { tools } = (await system.request("tools/list", {}, { key })).json.result;
  return tools.map(({ name }: { name: string }) => name);
}

describe.each(eras)("a viewer over %s", (era) => {
  verifies(["perkamo:viewer-reads", "perkamo:role-permissions"], "sees and uses the six reads", async () => {
    const system = await startSystem();
    const vera = await system.tokenFor({ account: "vera" });
    expect(await listed(system, vera)).toEqual(allReads);
    for (const tool of allReads) {
      await ask(system, tool, calls[tool]?.ok, { era, key: vera });
    }
  });

  verifies(
    "perkamo:viewer-writes-refused",
    "is refused every write, confirmed or not, and not sent to log in again: no login helps",
    async () => {
      const system = await startSystem();
      const vera = await system.tokenFor({ account: "vera" });
      const before = system.upstream.counts();
      for (const tool of allWrites) {
        for (const more of [{}, { confirm: true }, { dry_run: true }]) {
          const reply = await system.call(tool, { ...calls[tool]?.ok, ...more }, { era, key: vera });
          expect(reply.status, reply.text).toBe(200);
          expect(reply.headers.get("www-authenticate")).toBeNull();
          expect(reply.inner.error.code).toBe("role_forbidden");
          expect(reply.text).toContain("viewer");
        }
      }
      expect(system.upstream.requests()).toEqual([]);
      expect(system.upstream.counts()).toEqual(before);
    },
  );
});

verifies("perkamo:writers", "admins and owners see all tools and write, with write access and confirm", async () => {
  for (const account of ["ada", "bo"]) {
    const system = await startSystem();
    const key = await system.tokenFor({ account });
    expect(await listed(system, key)).toEqual(allTools);
    for (const tool of allWrites) {
      await ask(system, tool, calls[tool]?.ok, { key });
    }
  }
});

verifies(
  ["perkamo:write-access", "perkamo:write-grants"],
  "a grant without mcp:write is told which scopes to ask for, with what it has already",
  async () => {
    const system = await startSystem();
    const key = await system.tokenFor({ scopes: readOnly });
    // Her role may write, so she is shown what she could ask for.
    expect(await listed(system, key)).toEqual(allTools);
    for (const era of eras) {
      const reply = await system.call("emit_event", confirmed("emit_event", calls.emit_event?.ok ?? {}), { era, key });
      expect(reply.status).toBe(403);
      const challenge = reply.headers.get("www-authenticate") ?? "";
      expect(challenge).toMatch(/^Bearer /);
      expect(challenge).toContain('error="insufficient_scope"');
      expect(challenge).toContain('scope="mcp:read mcp:write"');
      expect(challenge).toContain(`resource_metadata="${new URL(system.url).origin}/.well-known/`);
      expect(reply.text).toContain("scope_required");
    }
    expect(system.upstream.requests()).toEqual([]);
  },
);

verifies("perkamo:read-only-grant", "a grant of mcp:read alone can write by no route", async () => {
  const system = await startSystem();
  const key = await system.tokenFor({ scopes: readOnly });
  const before = system.upstream.counts();
  const attempts: string[] = [];
  for (const tool of allWrites) {
    const given = calls[tool]?.ok ?? {};
    for (const era of eras) {
      for (const more of [{}, { confirm: true }, { confirm: true, dry_run: false }, { dry_run: true }]) {
        attempts.push((await system.call(tool, { ...given, ...more }, { era, key })).text);
      }
    }
    const form = asked(await callWithForm(system, tool, given));
    const answer = { requestState: form?.requestState ?? "", inputResponses: { [form?.id ?? ""]: yes } };
    attempts.push((await callWithForm(system, tool, given, { key })).text);
    attempts.push((await callWithForm(system, tool, given, { key, answer })).text);
    attempts.push((await system.request("prompts/get", { name: tool, arguments: {} }, { key })).text);
    attempts.push((await system.request("resources/read", { uri: `perkamo://${tool}` }, { key })).text);
    for (const method of [tool, `tools/${tool}`, "tools/Call", "tools/call "]) {
      attempts.push(
        (await system.request(method, { name: tool, arguments: { ...given, confirm: true } }, { key })).text,
      );
    }
    for (const name of [tool.toUpperCase(), ` ${tool}`, `get_program,${tool}`, `get_program\u0000${tool}`]) {
      attempts.push((await system.request("tools/call", { name, arguments: confirmed(tool, given) }, { key })).text);
    }
    attempts.push(await batchOf(system, key, tool));
    attempts.push(await claimsOfItsOwn(system, key, tool));
  }
  attempts.push(...(await otherPaths(system, key)));
  for (const text of attempts) expect(text).toMatch(/error|^$/);
  expect(system.upstream.requests()).toEqual([]);
  expect(system.upstream.counts()).toEqual(before);
});

/** A read and the write in one JSON-RPC batch, which no protocol version of today has. */
async function batchOf(system: System, key: string, tool: string): Promise<string> {
  const call = (id: number, name: string) => ({
    jsonrpc: "2.0",
    id,
    method: "tools/call",
    params: { name, arguments: confirmed(name, calls[name]?.ok ?? {}) },
  });
  const { text } = await system.post([call(1, tool), call(2, tool)], { authorization: `Bearer ${key}` });
  return text;
}

/** Scopes, role and Space that the client states by itself, wherever it can. */
async function claimsOfItsOwn(system: System, key: string, tool: string): Promise<string> {
  const params = {
    name: tool,
    arguments: confirmed(tool, calls[tool]?.ok ?? {}),
    scope: "mcp:write",
    role: "owner",
    _meta: { scope: "mcp:write", role: "owner", "io.modelcontextprotocol/scopes": ["mcp:write"] },
  };
  const { text } = await system.post(
    { jsonrpc: "2.0", id: 1, method: "tools/call", params },
    {
      authorization: `Bearer ${key}`,
      "mcp-protocol-version": "2025-11-25",
      "x-perkamo-service-key": "guess",
      "x-perkamo-identity": "guess",
      "x-scope": "mcp:read mcp:write",
      "x-http-method-override": "PUT",
    },
  );
  return text;
}

/** Requests of the upstream's own API, sent here: other paths and methods lead nowhere. */
async function otherPaths(system: System, key: string): Promise<readonly string[]> {
  const targets = [
    ["POST", "/"],
    ["POST", "/v1/events"],
    ["POST", "/mcp/v1/events"],
    ["POST", "/mcp/../v1/events"],
    ["POST", "/mcp%2f..%2fv1%2fevents"],
    ["POST", "//v1/events"],
    ["POST", "/tools/emit_event"],
    ["PUT", "/v1/customers/user_1001"],
    ["PUT", "/mcp"],
    ["PATCH", "/mcp"],
  ] as const;
  const body = JSON.stringify(calls.emit_event?.ok);
  return Promise.all(targets.map(([method, target]) => statusOf(system.url, { method, target, key, body })));
}

/** "error" for an answer of 400 and above. By node:http, which sends a path as it stands. */
function statusOf(
  url: string,
  { method, target, key, body }: Readonly<Record<"method" | "target" | "key" | "body", string>>,
): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const request = send({ hostname, port, method, path: target, headers }, (response) => {
      response.resume();
      const { statusCode = 0 } = response;
      response.on("end", () => resolve(statusCode >= 400 ? "error" : `${method} ${target}: ${statusCode}`));
    });
    request.on("error", reject);
    request.end(body);
  });
}

verifies(["perkamo:active-space", "perkamo:own-account"], "a token reaches its Space and no other", async () => {
  const system = await startSystem();
  const spaces = [
    ["acme-test", "test", await system.tokenFor()],
    ["acme-live", "live", await system.tokenFor({ space: "acme-live" })],
    ["globex-test", "test", await system.tokenFor({ account: "gil" })],
  ] as const;
  for (const [space, environment, key] of spaces) {
    expect((await system.call("get_program", {}, { key })).inner).toMatchObject({ space, environment });
  }
  const [, [, , live], [, , globex]] = spaces;
  const made = { userId: "only_in_test", name: "Only Here", confirm: true };
  await system.call("identify_customer", made);
  expect((await system.call("get_customer", { userId: made.userId })).inner.userId).toBe(made.userId);
  for (const key of [live, globex]) {
    const { inner } = await system.call("get_customer", { userId: made.userId }, { key });
    expect(inner.error.code).toBe("customer_not_found");
    const found = await system.call("search_customers", { query: made.userId }, { key });
    expect(found.inner.customers).toEqual([]);
  }
});

verifies("perkamo:active-space", "no argument, header, query or claim of a call chooses the Space", async () => {
  const system = await startSystem();
  for (const name of ["space", "spaceId", "tenant", "environment"]) {
    const { inner } = await system.call("get_program", { [name]: "acme-live" });
    expect(inner.error.code).toBe("invalid_argument");
    expect(inner.error.message).toContain(name);
  }
  expect(system.upstream.requests()).toEqual([]);
  const body = {
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "get_program", arguments: {}, space: "acme-live", _meta: { space: "acme-live" } },
  };
  const reply = await system.post(body, {
    "mcp-protocol-version": "2025-11-25",
    "x-space": "acme-live",
    "x-perkamo-space": "acme-live",
    "x-tenant": "acme-live",
  });
  expect(reply.inner.space).toBe("acme-test");
});

it("suspending a Space stops its callers, and no others", async () => {
  const system = await startSystem();
  await system.house.store.tenants.suspend({ tenant: "acme-test", suspendedAtMs: Date.now(), reason: "unpaid" });
  expect((await system.call("get_usage")).status).toBe(401);
  const live = await system.tokenFor({ space: "acme-live" });
  await ask(system, "get_usage", {}, { key: live });
});
