/** What other systems are told of calls that wait: the page's `agent.action.*` events, checked as a receiver would. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { describe, expect, it, onTestFinished } from "vitest";
import { verifies } from "../requirements.ts";
import { toolspec } from "../shell.ts";
import { allScopes, startSystem } from "./system.ts";

const root = join(import.meta.dirname, "../..");
const hour = 60 * 60_000;
/** Milliseconds that a message may take on a machine that does much else; here it takes one second. */
const patience = { timeout: 15_000 };

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A system whose calls wait, and a receiver of webhooks that was added from the shell while it ran. */
async function setUp(
  options: {
    readonly expiresInMs?: number;
    readonly tenant?: string;
    readonly answer?: (response: ServerResponse) => void;
  } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "toolspec-webhooks-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const data = join(folder, "store.sqlite");
  const received: Received[] = [];
  const answer = options.answer ?? ((response: ServerResponse) => void response.writeHead(204).end());
  const receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    answer(response);
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const system = await startSystem({
    data,
    approvals: {
      expiresInMs: options.expiresInMs ?? hour,
      pollPath: "/v1/agent-approvals/{id}",
      events: "agent.action",
      approvers: 1,
    },
  });
  onTestFinished(() => {
    receiver.closeAllConnections();
    receiver.close();
  });
  const command = (...argv: readonly string[]) => toolspec(["webhooks", ...argv, "--data", data], { cwd: root });
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks?of=vauchflow`;
  const whose = options.tenant === undefined ? ["--all-tenants"] : ["--tenant", options.tenant];
  const { stdout } = await command("add", "specs/vauchflow", url, "--allow-private", ...whose);
  const secret = stdout.trim();
  const { approvals } = system.house;
  if (approvals === undefined) throw new Error("no approvals");
  /** What was told, as a receiver's library believes it. */
  const told = () =>
    received.map(({ body, headers }) => {
      return new Webhook(secret).verify(body, headers as Record<string, string>) as {
        readonly type: string;
        readonly timestamp: string;
        readonly data: Readonly<Record<string, unknown>>;
      };
    });
  const types = () => told().map(({ type }) => type);
  const park = async (name = "a secret campaign", options?: { readonly key: string }): Promise<string> => {
    const { inner } = await system.call("create_campaign", { name }, options);
    if (inner.status !== "pending_approval") throw new Error(JSON.stringify(inner));
    return inner.approval_id;
  };
  return { system, approvals, received, secret, command, told, types, park };
}

const ana = { name: "ana" };

describe("webhooks", () => {
  verifies(
    "vauchflow:approval-webhooks",
    "tell of a call that waits, that is approved and that is executed, signed, and without its arguments",
    async () => {
      const { approvals, received, told, types, park, secret } = await setUp();
      const id = await park();
      await expect.poll(types, patience).toEqual(["agent.action.pending"]);
      await approvals.desk.approve(id, ana, { reason: "fine" });
      await expect
        .poll(() => types().toSorted(), patience)
        .toEqual(["agent.action.approved", "agent.action.executed", "agent.action.pending"]);
      const executed = told().find(({ type }) => type.endsWith("executed"));
      expect(executed).toEqual({
        type: "agent.action.executed",
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        data: {
          approval_id: id,
          action_type: "create_campaign",
          status: "executed",
          terminal: true,
          tenant: "acme",
          created_at: expect.any(String),
          expires_at: expect.any(String),
          decided_at: expect.any(String),
          poll_url: `/v1/agent-approvals/${id}`,
          reason: "fine",
        },
      });
      expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(3);
      for (const { body, headers } of received) {
        expect(body).not.toContain("secret campaign");
        const forged = body.replace(
          id,
          id.replace(/^./, (first) => (first === "0" ? "1" : "0")),
        );
        const verify = () => new Webhook(secret).verify(forged, headers as Record<string, string>);
        expect(verify).toThrow(WebhookVerificationError);
      }
    },
    60_000,
  );

  verifies(
    "vauchflow:approval-webhooks",
    "tell of a call that is rejected and of one that the upstream refuses",
    async () => {
      const { system, approvals, told, types, park } = await setUp();
      await approvals.desk.reject(await park(), ana, "not this month");
      const { inner } = await system.call("update_campaign", {
        campaign_id: "550e8400-e29b-41d4-a716-446655440999",
        name: "renamed",
      });
      await approvals.desk.approve(inner.approval_id, ana);
      await expect
        .poll(
          () =>
            types()
              .filter((type) => type !== "agent.action.pending")
              .toSorted(),
          patience,
        )
        .toEqual(["agent.action.approved", "agent.action.failed", "agent.action.rejected"]);
      const dataOf = (type: string) => told().find((event) => event.type === `agent.action.${type}`)?.data;
      expect(dataOf("rejected")).toMatchObject({ status: "rejected", terminal: true, reason: "not this month" });
      expect(dataOf("failed")).toMatchObject({ status: "failed", terminal: true, error: { code: expect.any(String) } });
    },
    60_000,
  );

  verifies(
    "vauchflow:approval-webhooks",
    "tell of a call whose time is over",
    async () => {
      const { types, told, park } = await setUp({ expiresInMs: 1000 });
      await park();
      await expect.poll(() => types().toSorted(), patience).toEqual(["agent.action.expired", "agent.action.pending"]);
      const expired = told().find(({ type }) => type.endsWith("expired"));
      expect(expired?.data).toMatchObject({ status: "expired", terminal: true });
    },
    60_000,
  );

  it("tell a tenant of its own calls and of nobody else's", async () => {
    const { system, told, park } = await setUp({ tenant: "globex" });
    await park("of acme");
    const id = await park("of globex", { key: await system.keyFor("agent", allScopes, "globex") });
    await expect.poll(() => told().length, patience).toBe(1);
    expect(told()[0]?.data).toMatchObject({ approval_id: id, tenant: "globex" });
    const { deliveries } = await system.house.store.webhooks.page({ server: "vauchflow" }, { limit: 10 });
    expect(deliveries.map(({ tenant }) => tenant)).toEqual(["globex"]);
  }, 60_000);

  it("keep no call and no decision waiting, whatever the receiver does", async () => {
    const held: ServerResponse[] = [];
    const { system, approvals, received, park } = await setUp({ answer: (response) => void held.push(response) });
    const ids: string[] = [];
    for (let index = 0; index < 10; index++) ids.push(await park(`campaign ${index}`));
    await expect.poll(() => received.length, patience).toBeGreaterThanOrEqual(1);
    for (const id of ids) await approvals.desk.approve(id, ana);
    for (const id of ids) {
      await expect.poll(async () => (await system.house.store.approvals.find(id))?.status, patience).toBe("executed");
    }
    // All of it while the very first attempt was still under way.
    expect(held[0]?.destroyed).toBe(false);
  }, 60_000);

  it("are listed, tested and replayed from the shell", async () => {
    let status = 204;
    const { received, command, told, park } = await setUp({
      answer: (response) => void response.writeHead(status).end(),
    });
    const [endpoint] = JSON.parse((await command("list", "specs/vauchflow", "--json")).stdout);
    await command("test", "specs/vauchflow", endpoint.id);
    expect(told().map(({ type }) => type)).toEqual(["webhook.test"]);
    status = 410;
    await park();
    await expect.poll(() => received.length, patience).toBe(2);
    const dead = async () =>
      JSON.parse((await command("deliveries", "specs/vauchflow", "--status", "dead", "--json")).stdout).deliveries;
    await expect.poll(dead, patience).toMatchObject([{ type: "agent.action.pending", last_status: 410, attempts: 1 }]);
    status = 204;
    await command("enable", "specs/vauchflow", endpoint.id);
    await command("replay", "specs/vauchflow", "--dead");
    await expect.poll(() => received.length, patience).toBe(3);
    const ids = received.slice(1).map(({ headers }) => headers["webhook-id"]);
    expect(ids[0]).toBe(ids[1]);
  }, 60_000);
});
