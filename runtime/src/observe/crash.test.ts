import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";

const bin = join(import.meta.dirname, "../../dist/bin.js");
const secret = "upstream-secret-1234567890";

/** A server that does `onSignal` when it is sent SIGUSR2, served by the real command in a process of its own. */
async function serveUntilReady(onSignal: string, args: readonly string[] = []) {
  const file = join(mkdtempSync(join(tmpdir(), "toolspec-crash-")), "registrations.mjs");
  const server = {
    toolspec: 1,
    name: "acme",
    title: "Acme",
    version: "1.0.0",
    description: "",
    mcp: { path: "/mcp" },
    upstream: {
      url: "http://127.0.0.1:1",
      credentials: { kind: "service", header: "X-Key", secret: `\${ACME_SECRET}` },
      timeoutMs: 1000,
    },
    auth: [],
    scopes: {},
    errors: {},
    tools: [],
    advertised: {},
  };
  const source = [
    `export const server = { ...${JSON.stringify(server)}, manifest: new URL(import.meta.url) };`,
    `process.on("SIGUSR2", () => { ${onSignal} });`,
  ];
  writeFileSync(file, source.join("\n"));
  const child = spawn(
    process.execPath,
    [...args, bin, "serve", file, "--port", "0", "--data", ":memory:", "--log-format", "json"],
    {
      env: { ...process.env, ACME_SECRET: secret, NODE_OPTIONS: "" },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  const output = { stdout: "", stderr: "" };
  const closed = once(child, "close");
  const ready = Promise.withResolvers<void>();
  child.stdout.on("data", (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output.stderr += chunk;
    if (output.stderr.includes("is served")) ready.resolve();
  });
  await Promise.race([ready.promise, closed]);
  return { child, output, closed };
}

async function crash(onSignal: string, args: readonly string[] = []) {
  const { child, output, closed } = await serveUntilReady(onSignal, args);
  const before = output.stderr.length;
  child.kill("SIGUSR2");
  const [code] = (await closed) as [number | null];
  return { code, lines: output.stderr.slice(before).trimEnd().split("\n"), output };
}

describe.each([
  ["an exception that nobody catches", "uncaught exception", (error: string) => `throw ${error};`],
  ["a rejection that nobody handles", "unhandled rejection", (error: string) => `Promise.reject(${error});`],
])("%s", (_what, kind, raise) => {
  it("ends the process with 70 and one line without a secret", async () => {
    const error = `Object.assign(new TypeError("could not send ${secret}\\n    at ${secret}"), { token: "${secret}" })`;
    const { code, lines, output } = await crash(raise(error));
    expect(code).toBe(70);
    expect(lines).toHaveLength(1);
    const line = JSON.parse(lines[0] ?? "");
    expect(line).toMatchObject({ level: "error", message: "this is a bug in toolspec, and the process ends", kind });
    expect(line.at[0]).toMatch(/^at .*registrations\.mjs/);
    expect(output.stderr + output.stdout).not.toContain(secret);
  });

  it("may be no error at all", async () => {
    const { code, lines } = await crash(raise(`"${secret}"`));
    expect([code, lines.length]).toEqual([70, 1]);
    expect(lines[0]).not.toContain(secret);
  });
});

it("leaves environment and peers out of diagnostic reports", async () => {
  const show = 'process.stdout.write(JSON.stringify(process.report.getReport()) + "\\n");';
  const { child, output } = await serveUntilReady(show);
  child.kill("SIGUSR2");
  await outputEnds(child, () => output.stdout.endsWith("\n"));
  const report = JSON.parse(output.stdout);
  expect(report.header.componentVersions.node).toBe(process.versions.node);
  expect(report).not.toHaveProperty("environmentVariables");
  expect(output.stdout).not.toContain(secret);
});

async function outputEnds(child: ChildProcess, isWhole: () => boolean): Promise<void> {
  while (!isWhole()) await once(child.stdout as NonNullable<ChildProcess["stdout"]>, "data");
}
