import { GatewayError } from "@toolspec/runtime";
import type { serveHttp } from "@toolspec/runtime/http";
import type { ServeStdioOptions } from "@toolspec/runtime/stdio";

type Gateway = Parameters<typeof serveHttp>[0];

/** The one key that `createVoucherGateway` knows. */
export const key = "vf_ak_interop";

/** Who holds it. The credential is never looked at here. */
export const caller = {
  tenant: "demo",
  kind: "agent",
  id: "key-1",
  name: "interop",
  scopes: new Set(["VOUCHER_READ"]),
  bypasses: new Set<"scope" | "approval">(),
  credential: undefined as unknown as ServeStdioOptions["caller"]["credential"],
} satisfies ServeStdioOptions["caller"];

/** Ports for a door whose tests look at the wire only. */
export const ports = {
  clock: { now: () => Date.now(), monotonic: () => performance.now() },
  random: {
    uuid: () => crypto.randomUUID(),
    bytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
  },
  logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
};

/** A gateway of two tools: one reads a voucher, or says that there is none; the other needs a scope that nobody has. */
export function createVoucherGateway(): Gateway {
  return {
    server: {
      toolspec: 1,
      name: "vauchflow",
      title: "Vauchflow",
      version: "1.2.3",
      description: "Vouchers.",
      instructions: "Read before you write.",
      mcp: { path: "/v1/mcp" },
      upstream: { url: "http://127.0.0.1:1", credentials: { kind: "none" }, timeoutMs: 1_000 },
      auth: [],
      scopes: {},
      errors: { scope_required: { rpc: -32004 } },
      manifest: new URL("./gateway.ts", import.meta.url),
      tools: [],
      prompts: [
        {
          name: "redeem",
          title: "Redeem a voucher",
          description: "Check a voucher, then redeem it.",
          arguments: [
            { name: "code", description: "The voucher's code.", required: true },
            { name: "reason", description: "What for.", required: false, otherwise: "the customer" },
          ],
          text: "Redeem {code} for {reason}.",
        },
      ],
      advertised: { get_voucher: advertised, redeem_voucher: advertised },
    },
    async authenticate(headers) {
      if (headers["x-api-key"] === key) return caller;
      throw new GatewayError("unauthenticated", "send a valid key");
    },
    findApproval: async () => undefined,
    findParked: async () => undefined,
    withdrawApproval: async () => undefined,
    chooseToolsets: () => undefined,
    listTools: () => listed,
    async call({ toolName, arguments: { code } }) {
      if (toolName === "redeem_voucher")
        return { kind: "failed", error: new GatewayError("scope_required", "needs VOUCHER_REDEEM") };
      if (code === "NONE")
        return {
          kind: "failed",
          error: new GatewayError("upstream_rejected", "no such voucher", { meta: { status: 404 } }),
        };
      const value = { code, remaining: 94 };
      const exchange = { method: "GET", target: `/v1/vouchers/${code}`, status: 200, durationMs: 1 };
      return { kind: "succeeded", text: JSON.stringify(value), value, exchange };
    },
  };
}

const advertised = {
  inputSchema: {
    type: "object",
    properties: { code: { type: "string", description: "The voucher's code." } },
    required: ["code"],
    additionalProperties: false,
  },
  outputSchema: {
    type: "object",
    properties: { code: { type: "string" }, remaining: { type: "integer" } },
    required: ["code"],
  },
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
};

const listed = ["get_voucher", "redeem_voucher"].map((name) => ({
  name,
  title: name,
  description: `${name}.`,
  ...advertised,
}));
