/** A server of three tools: one reads, one needs a person's yes, one an operator's. A registrations.ts, so that it can be served. */
import { type Advertised, defineServer, defineTool } from "@toolspec/runtime/codegen";
import * as z from "zod";

const readGift = defineTool<{ id: string }>({
  name: "read_gift",
  title: "Read a gift",
  description: "Say what a gift is.",
  access: "read",
  disposition: "auto",
  dryRun: "none",
  input: z.strictObject({ id: z.string() }),
  handler: ({ id }) => ({ method: "get", path: `/gifts/${id}` }),
});

const writing = (name: string, title: string, disposition: "confirm" | "approval") =>
  defineTool<{ id: string }>({
    name,
    title,
    description: "It cannot be taken back.",
    access: "write",
    disposition,
    dryRun: "plan",
    input: z.strictObject({ id: z.string() }),
    handler: ({ id }) => ({ method: "post", path: `/${name}/${id}` }),
  });

const advertised = (readOnlyHint: boolean, controls: object): Advertised => ({
  inputSchema: {
    type: "object",
    properties: { id: { type: "string" }, ...controls },
    required: ["id"],
    additionalProperties: false,
  },
  annotations: { readOnlyHint, destructiveHint: !readOnlyHint, idempotentHint: readOnlyHint, openWorldHint: false },
});

const flag = { type: "boolean" };

export const server = defineServer({
  toolspec: 1,
  name: "gifts",
  title: "Gifts",
  version: "1.0.0",
  description: "Gifts.",
  instructions: "Give.",
  mcp: { path: "/mcp" },
  upstream: { url: "${GIFTS_URL}", credentials: { kind: "none" }, timeoutMs: 10_000 },
  auth: [{ kind: "apiKey", header: "X-API-Key", kinds: { agent: { prefix: "gf_ak_" } } }],
  scopes: {},
  errors: {},
  approvals: { expiresInMs: 3_600_000, pollPath: "/approvals/{id}", events: "agent.action", approvers: 1 },
  manifest: new URL("./gifts.ts", import.meta.url),
  tools: [readGift, writing("give_points", "Give points", "confirm"), writing("send_gift", "Send a gift", "approval")],
  advertised: {
    read_gift: advertised(true, {}),
    give_points: advertised(false, { dry_run: flag, confirm: flag }),
    send_gift: advertised(false, { dry_run: flag }),
  },
});
