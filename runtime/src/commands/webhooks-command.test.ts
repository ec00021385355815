import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { parkCall } from "../store/webhook-fixture.ts";
import { nowMs, setUpCommand } from "./fixture.ts";
import { webhooksCommand } from "./webhooks-command.ts";

const url = "https://hooks.example/in/secret-path";

async function setUp() {
  const house = await setUpCommand(webhooksCommand, { auth: [] });
  /** Queue one message for each endpoint. */
  const park = () => parkCall(house.store, "acme", "vauchflow");
  /** Let the only message that waits end like this. */
  const end = async (ending: { readonly kind: "dead"; readonly error: string; readonly disable?: string }) => {
    const [waiting] = await house.store.webhooks.due("vauchflow", nowMs + 1e6, { limit: 1, except: [] });
    const claimed = await house.store.webhooks.claim(waiting?.id ?? "", { nowMs: nowMs + 1e6, untilMs: nowMs + 2e6 });
    if (claimed === undefined) throw new Error("nothing waits");
    await house.store.webhooks.settle(claimed.delivery, { ...ending, atMs: nowMs + 1e6, status: 500 });
    return claimed.delivery.id;
  };
  const added = async (...argv: readonly string[]) =>
    JSON.parse((await house.run("add", url, "--all-tenants", "--json", ...argv)).out) as { id: string; secret: string };
  return { ...house, park, end, added };
}

describe("webhooks add", () => {
  it("prints the secret once, and nothing else to standard output", async () => {
    const { run, store, entries } = await setUp();
    const { code, out, err } = await run("add", url, "--tenant", "acme");
    expect(code).toBe(0);
    expect(out).toMatch(/^whsec_[A-Za-z0-9+/]{43}=\n$/);
    const [endpoint] = await store.webhooks.list("vauchflow");
    expect(endpoint).toMatchObject({ url, tenant: "acme", allowPrivate: false, createdBy: "ada" });
    expect(endpoint?.secret.reveal()).toBe(out.trim());
    expect(err).toContain(`Added endpoint ${endpoint?.id} for tenant acme.`);
    expect(err).toContain(`toolspec webhooks test specs/vauchflow ${endpoint?.id}`);
    const listed = await run("list");
    expect(listed.out).toContain(url);
    for (const text of [err, listed.out, (await run("list", "--json")).out]) expect(text).not.toContain(out.trim());
    // What the receiver put into its address is nobody's business who reads the trail.
    const given = { id: endpoint?.id, origin: "https://hooks.example", allow_private: false };
    expect(await entries()).toEqual([
      { type: "admin", actorType: "admin", callerId: "ada", tenant: "acme", tool: "webhooks.add", arguments: given },
    ]);
  });

  it.each([[[]], [["--tenant", "acme", "--all-tenants"]]])("asks whose calls are meant: %j", async (argv) => {
    const { run, store } = await setUp();
    const { code, err } = await run("add", url, ...argv);
    expect([code, err]).toEqual([2, "error: Say whose calls it is told of: --tenant <tenant>, or --all-tenants.\n"]);
    expect(await store.webhooks.list("vauchflow")).toEqual([]);
  });

  it.each([
    ["http://hooks.example/", "It must begin with https://"],
    ["https://169.254.169.254/", "169.254.169.254 is not on the Internet"],
    ["https://user:pw@hooks.example/", "It must hold no user and no password"],
  ])("refuses %s", async (given, said) => {
    const { run, store } = await setUp();
    const { code, err } = await run("add", given, "--all-tenants");
    expect(code).toBe(2);
    expect(err).toContain(`This address cannot be an endpoint. ${said}`);
    expect(err).not.toContain("pw@");
    expect(await store.webhooks.list("vauchflow")).toEqual([]);
  });

  it("adds ten at most", async () => {
    const { run } = await setUp();
    for (let index = 0; index < 10; index++) expect((await run("add", url, "--tenant", "acme")).code).toBe(0);
    const { code, err } = await run("add", url, "--tenant", "acme");
    expect([code, err]).toEqual([1, "error: There are 10 such endpoints already. Remove one first.\n"]);
    expect((await run("add", url, "--tenant", "globex")).code).toBe(0);
  });
});

describe("webhooks", () => {
  it("lists, removes and then knows the endpoint no more", async () => {
    const { run, added, park } = await setUp();
    expect((await run("list")).err).toBe("There are no endpoints. Add one with `toolspec webhooks add`.\n");
    const { id } = await added();
    await park();
    const lines = (await run("list")).out.split("\n").map((line) => line.split(/ {2,}/));
    expect(lines).toEqual([
      ["ID", "TENANT", "URL", "WAITING", "DELIVERED", "DEAD", "STATE"],
      [id, "all", url, "1", "0", "0", "active"],
      [""],
    ]);
    expect((await run("remove", id)).err).toBe(`Removed endpoint ${id}. What waited for it is not sent.\n`);
    expect(await run("remove", id)).toMatchObject({ code: 1, err: expect.stringContaining("There is no endpoint") });
    const { deliveries } = JSON.parse((await run("deliveries", "--json")).out);
    expect(deliveries).toMatchObject([{ endpoint_id: id, status: "dead", last_error: "the endpoint was removed" }]);
  });

  it("names the id that was probably meant", async () => {
    const { run, added } = await setUp();
    const { id } = await added();
    const { err } = await run("remove", id.replace(/.$/, "x"));
    expect(err).toContain(`Did you mean ${id}?`);
  });

  it("shows messages with their fate, and sends dead ones again", async () => {
    const { run, added, park, end, entries } = await setUp();
    const { id } = await added();
    const approval = await park();
    expect((await run("deliveries", "--status", "dead")).err).toBe("There are no such messages.\n");
    const message = await end({ kind: "dead", error: "HTTP 500" });
    const { out } = await run("deliveries", "--endpoint", id, "--approval", approval.id);
    expect(out.split("\n")[1]?.split(/ {2,}/)).toEqual([
      message,
      "agent.action.pending",
      approval.id,
      id,
      "dead",
      "1",
      "2026-09-01 12:46 UTC",
      "-",
      "HTTP 500",
    ]);
    expect((await run("replay", "--dead")).err).toBe("1 message is sent again.\n");
    expect((await run("replay", "--dead", "--endpoint", id)).err).toBe("0 messages are sent again.\n");
    const refused = await run("replay", message);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("still waits")]);
    expect((await entries()).filter(({ tool }) => tool === "webhooks.replay")).toMatchObject([
      { tenant: "*", arguments: { messages: 1 } },
    ]);
  });

  it.each([[[]], [["msg_1", "--dead"]], [["msg_1", "--endpoint", "x"]]])("asks what to replay: %j", async (argv) => {
    const { code, err } = await (await setUp()).run("replay", ...argv);
    expect([code, err]).toEqual([2, expect.stringContaining("Say what to send again")]);
  });

  it("pages through messages", async () => {
    const { run, added, park } = await setUp();
    await added();
    for (let index = 0; index < 3; index++) await park();
    const first = await run("deliveries", "--limit", "2");
    const cursor = /--cursor (\S+)/.exec(first.err)?.[1] ?? "";
    const second = JSON.parse((await run("deliveries", "--limit", "2", "--cursor", cursor, "--json")).out);
    expect([second.deliveries.length, second.next_cursor]).toEqual([1, null]);
    expect((await run("deliveries", "--limit", "0")).code).toBe(2);
    const { code, err } = await run("deliveries", "--cursor", cursor.replace("msg_", ""));
    expect([code, err]).toEqual([2, expect.stringContaining("as `webhooks deliveries` has printed it")]);
  });

  it("enables what was disabled, and says how to catch up", async () => {
    const { run, added, park, end } = await setUp();
    const { id } = await added();
    expect((await run("enable", id)).err).toBe(`Endpoint ${id} was not disabled.\n`);
    await park();
    await end({ kind: "dead", error: "HTTP 410", disable: "it answered 410" });
    expect((await run("list")).out).toContain("disabled: it answered 410");
    expect((await run("replay", "--dead")).err).toBe("0 messages are sent again.\n");
    expect((await run("enable", id)).err).toContain(`webhooks replay specs/vauchflow --dead --endpoint ${id}`);
    expect((await run("replay", "--dead")).err).toBe("1 message is sent again.\n");
  });

  it("tests an endpoint: sends one signed message, and says what came back", async () => {
    let status = 204;
    const seen: unknown[] = [];
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      seen.push([request.headers["webhook-signature"], JSON.parse(Buffer.concat(chunks).toString())]);
      response.writeHead(status).end();
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    const { run, entries, store } = await setUp();
    const local = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { out } = await run("add", local, "--all-tenants", "--allow-private", "--json");
    const { id } = JSON.parse(out) as { id: string };
    expect(await run("test", id)).toMatchObject({ code: 0, err: "Received: HTTP 204.\n" });
    status = 500;
    expect(await run("test", id)).toMatchObject({ code: 1, err: "error: It was not received: HTTP 500.\n" });
    const event = { type: "webhook.test", timestamp: "2026-09-01T12:30:00.000Z", data: { endpoint_id: id } };
    expect(seen).toEqual([
      [expect.stringMatching(/^v1,/), event],
      [expect.stringMatching(/^v1,/), event],
    ]);
    expect((await entries()).map(({ tool, arguments: given }) => [tool, given])).toEqual([
      ["webhooks.add", expect.anything()],
      ["webhooks.test", { id, status: 204, error: null }],
      ["webhooks.test", { id, status: 500, error: "HTTP 500" }],
    ]);
    expect(await store.webhooks.counts("vauchflow")).toEqual(new Map());
  });
});
