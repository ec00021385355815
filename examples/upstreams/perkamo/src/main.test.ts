import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

const main = new URL("./main.ts", import.meta.url).pathname;
const secrets = { PERKAMO_SERVICE_KEY: "key", PERKAMO_IDENTITY_SECRET: "secret" };

function run(args: readonly string[], env: Record<string, string>) {
  return spawn(process.execPath, [main, ...args], { env: { PATH: process.env.PATH ?? "", ...env } });
}

test.each([
  ["a key that is missing", ["--port", "0"], {}, "PERKAMO_SERVICE_KEY is not set"],
  ["a secret that is missing", ["--port", "0"], { PERKAMO_SERVICE_KEY: "key" }, "PERKAMO_IDENTITY_SECRET is not set"],
  ["an issuer without keys", ["--port", "0"], { ...secrets, PERKAMO_ISSUER: "https://a.example" }, "go together"],
  ["a port that is none", ["--port", "70000"], secrets, "--port must be 0 to 65535"],
  ["an unknown flag", ["--prot", "0"], secrets, "--prot"],
])("names %s and ends with 2", async (_, args, env: Record<string, string>, message) => {
  const child = run(args, env);
  const [[code], stderr] = await Promise.all([once(child, "exit"), text(child.stderr)]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test("says where it answers, and ends with 0 when it is interrupted", async () => {
  const child = run(["--port", "0", "--empty"], secrets);
  const [line] = await once(child.stderr, "data");
  const [url = ""] = /http:\/\/127\.0\.0\.1:\d+/.exec(String(line)) ?? [];
  expect((await fetch(`${url}/v1/usage`)).status).toBe(401);
  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([0, null]);
});
