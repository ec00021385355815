import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

const main = new URL("./main.ts", import.meta.url).pathname;
const good = ["--port", "0", "--resource", "http://127.0.0.1:8080/mcp"];

function run(args: readonly string[], env: Record<string, string> = {}) {
  return spawn(process.execPath, [main, ...args], { env: { PATH: process.env.PATH ?? "", ...env } });
}

test.each([
  ["a resource that is missing", ["--port", "0"], "--resource must be the address"],
  ["a resource that is none", ["--resource", "mcp"], "--resource must be the address"],
  ["a port that is none", [...good, "--port", "70000"], "--port must be 0 to 65535"],
  ["half an exchange", [...good, "--exchange-client", "a"], "go together"],
  [
    "an exchange without a secret",
    [...good, "--exchange-client", "a", "--exchange-audience", "b"],
    "EXCHANGE_CLIENT_SECRET",
  ],
  ["an unknown flag", [...good, "--prot", "0"], "--prot"],
])("names %s and ends with 2", async (_, args, message) => {
  const child = run(args);
  const [[code], stderr] = await Promise.all([once(child, "exit"), text(child.stderr)]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test("says where it answers, and ends with 0 when it is interrupted", async () => {
  const child = run([...good, "--exchange-client", "a", "--exchange-audience", "b"], { EXCHANGE_CLIENT_SECRET: "c" });
  const [line] = await once(child.stderr, "data");
  const [url = ""] = /http:\/\/127\.0\.0\.1:\d+/.exec(String(line)) ?? [];
  expect(await (await fetch(`${url}/.well-known/oauth-authorization-server`)).json()).toMatchObject({ issuer: url });
  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([0, null]);
});
