import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

const main = new URL("./main.ts", import.meta.url).pathname;
const secrets = { VAUCHFLOW_API_KEY: "k", VAUCHFLOW_IDENTITY_SECRET: "s" };

function run(args: readonly string[], env: Record<string, string>) {
  return spawn(process.execPath, [main, ...args], { env: { PATH: process.env.PATH ?? "", ...env } });
}

test.each([
  ["a secret that is missing", ["--port", "0"], { VAUCHFLOW_API_KEY: "k" }, "VAUCHFLOW_IDENTITY_SECRET is not set"],
  ["a port that is none", ["--port", "70000"], secrets, "--port must be 0 to 65535"],
  ["an unknown flag", ["--prot", "0"], secrets, "--prot"],
])("names %s and ends with 2", async (_, args, env, message) => {
  const child = run(args, env);
  const [[code], stderr] = await Promise.all([once(child, "exit"), text(child.stderr)]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test("says where it answers and ends with 0 when it is interrupted", async () => {
  const child = run(["--port", "0"], secrets);
  const [line] = await once(child.stderr, "data");
  const [url = ""] = /http:\/\/127\.0\.0\.1:\d+/.exec(String(line)) ?? [];
  expect((await fetch(`${url}/v1/campaigns`)).status).toBe(401);
  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([0, null]);
});
