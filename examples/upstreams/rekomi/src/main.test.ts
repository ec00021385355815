import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

const main = new URL("./main.ts", import.meta.url).pathname;
const secrets = { REKOMI_RELAY_SECRET: "relay-secret-of-the-tests-32-byte" };

function run(args: readonly string[], env: Record<string, string>) {
  return spawn(process.execPath, [main, ...args], { env: { PATH: process.env.PATH ?? "", ...env } });
}

test.each([
  ["a secret that is missing", ["--port", "0"], {}, "REKOMI_RELAY_SECRET must have"],
  ["a secret that is too short", ["--port", "0"], { REKOMI_RELAY_SECRET: "short" }, "at least 32 bytes"],
  ["a port that is none", ["--port", "70000"], secrets, "--port must be 0 to 65535"],
  ["a token of nobody", ["--token", "nobody:rk_mcp_x"], secrets, "--token must be an organization"],
  ["an unknown flag", ["--prot", "0"], secrets, "--prot"],
])("names %s and ends with 2", async (_, args, env: Record<string, string>, message) => {
  const child = run(args, env);
  const [[code], stderr] = await Promise.all([once(child, "exit"), text(child.stderr)]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test("says where it answers, knows the tokens given, and ends with 0 when it is interrupted", async () => {
  const child = run(["--port", "0", "--token", "acme:rk_live_demo"], secrets);
  const [line] = await once(child.stderr, "data");
  const [url = ""] = /http:\/\/127\.0\.0\.1:\d+/.exec(String(line)) ?? [];
  const headers = { authorization: "Bearer rk_live_demo" };
  expect((await fetch(`${url}/api/v1/organization`, { headers })).status).toBe(200);
  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([0, null]);
});
