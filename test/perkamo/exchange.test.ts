/** The other way to tell the upstream who is calling: a token of its own, in exchange for the caller's (RFC 8693). */
import { expect } from "vitest";
import { startRecordingProxy } from "../recording-proxy.ts";
import { verifies } from "../requirements.ts";
import { ask, refusal } from "./ask.ts";
import { calls } from "./calls.ts";
import { allTools, allWrites, exchange, readOnly, startSystem } from "./system.ts";

verifies(
  ["perkamo:own-account", "perkamo:active-space"],
  "every tool works by exchanged tokens, which name the same person, Space and role and are good for the upstream alone",
  async () => {
    let proxy: Awaited<ReturnType<typeof startRecordingProxy>> | undefined;
    const system = await startSystem({
      credentials: "exchange",
      before: async (url) => {
        proxy = await startRecordingProxy(url);
        return proxy.url;
      },
    });
    for (const tool of allTools) await ask(system, tool, calls[tool]?.ok);
    const vera = await system.tokenFor({ account: "vera", space: "acme-live", scopes: readOnly });
    expect(await ask(system, "get_program", {}, { key: vera })).toMatchObject({ space: "acme-live" });
    for (const tool of allWrites) {
      expect((await refusal(system, tool, calls[tool]?.ok, { key: vera })).code).toBe("role_forbidden");
    }

    const sent = proxy?.seen ?? [];
    expect(sent).toHaveLength(allTools.length + 1);
    const tokens = sent.map(({ headers }) => String(headers.authorization).replace(/^Bearer /, ""));
    for (const [index, { target, headers, body }] of sent.entries()) {
      const whole = JSON.stringify([target, headers]) + body.toString("utf8");
      for (const own of [system.owner, vera, exchange.clientSecret]) expect(whole).not.toContain(own);
      expect(headers["x-perkamo-service-key"]).toBeUndefined();
      const person = index < allTools.length ? ["ada", "acme-test", "owner"] : ["vera", "acme-live", "viewer"];
      const { aud, sub, space, role } = claimsOf(tokens[index] ?? "");
      expect([aud, sub, space, role]).toEqual([exchange.audience, ...person]);
    }
    // What the upstream takes is no key to this server.
    expect((await system.request("tools/list", {}, { key: tokens[0] ?? "" })).status).toBe(401);
    const told = system.logged.join("") + JSON.stringify(await system.house.store.audit.entries({}));
    for (const secret of [...tokens, system.owner, vera, exchange.clientSecret]) expect(told).not.toContain(secret);
  },
);

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever stands in a token
function claimsOf(token: string): any {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
}
