/**
 * No secret leaves the house: the whole system runs as a process of its own at debug level, every tool is called, every way
 * to fail is taken, it is made to crash in the end, and then everything that it emitted is searched.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRekomi } from "@toolspec/example-rekomi";
import { expect, onTestFinished } from "vitest";
import { type Answer, raw, reply } from "../faulty-upstream.ts";
import { type SeenRequest, startRecordingProxy } from "../recording-proxy.ts";
import { verifies } from "../requirements.ts";
import { toolspec } from "../shell.ts";
import { eras, openWire } from "../wire.ts";
import { calls } from "./calls.ts";

const root = join(import.meta.dirname, "../..");
const cli = join(root, "generator/dist/cli.js");
const relaySecret = "planted relay secret of more than 32 bytes";

/** Given as sensitive inputs. They come back in replies, to the caller whose they are; nowhere else. */
const planted = { email: "planted.person@example.com", name: "Planted Person", note: "<p>planted note</p>" };

/** Milliseconds: a process is started, a dozen commands are run, and some 150 calls made. */
const runTimeoutMs = 60_000;

const typeJson = "content-type: application/json";

/** Upstreams that repeat what they were sent, in an error and in a success, and those that fail on the wire. */
const faults: readonly ((request: SeenRequest) => Answer)[] = [
  (request) => reply("400 Bad Request", [typeJson], JSON.stringify({ error: echo(request) })),
  (request) =>
    reply("401 Unauthorized", [typeJson], JSON.stringify({ error: { ...echo(request), code: "mcp_relay_invalid" } })),
  (request) => reply("402 Payment Required", [typeJson], JSON.stringify({ error: echo(request) })),
  (request) =>
    reply("409 Conflict", [typeJson], JSON.stringify({ error: { ...echo(request), details: echo(request) } })),
  (request) => reply("500 Internal Server Error", [typeJson], JSON.stringify(echo(request))),
  (request) => reply("502 Bad Gateway", ["content-type: text/html"], `<html>${JSON.stringify(echo(request))}</html>`),
  (request) => reply("302 Found", [`location: /${request.headers.authorization}`], ""),
  (request) =>
    reply("200 OK", [typeJson], JSON.stringify({ items: [], nextCursor: null, hasMore: false, ...echo(request) })),
  (request) => reply("200 OK", [typeJson], `{"broken": "${request.headers.authorization}`),
  () => raw(["HTTP/1.1 200 OK", typeJson, "content-length: 100", "", "{}"]),
  () => (socket) => socket.resetAndDestroy(),
];

function echo({ headers, body }: SeenRequest): Record<string, unknown> {
  const message = `saw ${headers.authorization} and ${headers["x-rekomi-mcp-identity"]} with ${body.toString("utf8")}`;
  return { code: "echoed", message, headers };
}

verifies(
  ["rekomi:scrubbing"],
  "tells no token, co-signature, secret or sensitive input to any log, error, audit entry, export, database file or crash report",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "toolspec-secrecy-"));
    const data = join(folder, "toolspec.sqlite");
    const upstream = await startRekomi({ port: 0, host: "127.0.0.1", relaySecrets: [{ secret: relaySecret }] });
    onTestFinished(() => upstream.close());
    const proxy = await startRecordingProxy(upstream.url);
    const env = { TOOLSPEC_DATA: data, REKOMI_API_URL: proxy.url, REKOMI_RELAY_SECRET: relaySecret };
    const run = async (...args: readonly string[]) => {
      const ended = await toolspec(args, { cwd: root, env });
      expect(ended.code, ended.stderr).toBe(0);
      return ended;
    };

    const create = ["tokens", "create", "specs/rekomi", "--tenant", "acme", "--owner", "ada", "--json"];
    const made = await Promise.all(["laptop", "revoked", "rotated"].map((name) => run(...create, "--name", name)));
    const [laptop, revoked, rotated] = made.map(({ stdout }) => JSON.parse(stdout) as { token: string; id: string });
    if (laptop === undefined || revoked === undefined || rotated === undefined) throw new Error("three were made");
    const emitted: string[] = made.map(({ stderr }) => stderr);
    for (const { token } of [laptop, revoked, rotated]) {
      upstream.registerToken({
        credential: { token },
        organization: "acme",
        role: "owner",
        emailVerified: true,
        name: "secrecy",
      });
    }
    emitted.push((await run("tokens", "revoke", "specs/rekomi", revoked.id)).stdout);
    const rotation = await run("tokens", "rotate", "specs/rekomi", rotated.id, "--json");
    emitted.push(rotation.stderr);
    const { token: fresh } = JSON.parse(rotation.stdout) as { token: string };

    const crash = join(folder, "crash.mjs");
    writeFileSync(
      crash,
      'process.on("SIGUSR2", () => { process.report.writeReport(); throw new Error("crashed on demand"); });\n',
    );
    const server = spawn(
      process.execPath,
      [
        `--report-directory=${folder}`,
        "--import",
        crash,
        cli,
        "serve",
        "specs/rekomi",
        "--port",
        "0",
        "--log-level",
        "debug",
      ],
      { cwd: root, env: { ...process.env, NO_COLOR: "1", ...env }, stdio: ["ignore", "pipe", "pipe"] },
    );
    onTestFinished(() => void server.kill("SIGKILL"));
    const output = collect(server);
    const url = /"url":"([^"]+)"/.exec(await output.until(/"url":"/))?.[1] ?? "";
    const credential = (token: string) => ({ authorization: `Bearer ${token}` });
    const wire = openWire({ url, key: laptop.token, credential });

    // Every tool, in both eras; what came back is the caller's own and is searched for what was never the caller's to see.
    const answers: string[] = [];
    const ask = async (...given: Parameters<typeof wire.call>) => {
      const answer = await wire.call(...given);
      answers.push(JSON.stringify([...answer.headers]), answer.text);
      return answer;
    };
    for (const era of eras) for (const [tool, { ok }] of Object.entries(calls)) await ask(tool, ok, { era });
    const sensitive = {
      campaignId: "no-such-campaign",
      email: planted.email,
      fullName: planted.name,
      personalNoteHtml: planted.note,
    };
    await ask("create_affiliate_invite", sensitive);
    const refusals: string[] = [];
    const refuse = async (...given: Parameters<typeof wire.call>) => refusals.push((await ask(...given)).text);
    await refuse("create_affiliate_invite", { ...sensitive, email: `${planted.email} and more`, autoApprove: "yes" });
    await refuse("create_affiliate_invite", { ...sensitive, unknown: laptop.token });
    await refuse("get_affiliate", { id: laptop.token });
    await refuse("no_such_tool", { token: laptop.token });
    for (const token of [revoked.token, rotated.token, fresh.slice(0, -2), "rk_mcp_", "x".repeat(2000)])
      await refuse("list_affiliates", {}, { key: token });
    refusals.push((await wire.post("{ broken", {})).text, (await wire.post([], {})).text);
    refusals.push((await wire.post({}, { "x-api-key": laptop.token })).text);
    for (const fault of faults) {
      proxy.fault = fault;
      await refuse("list_affiliates", {});
      await refuse("create_affiliate_invite", sensitive);
      await refuse("import_affiliates", { campaignId: "c", affiliates: [{ email: planted.email }] });
    }
    proxy.fault = undefined;

    emitted.push(
      ...(
        await Promise.all([
          run("audit", "list", "specs/rekomi"),
          run("audit", "export", "specs/rekomi"),
          run("audit", "verify", "specs/rekomi"),
          run("tokens", "list", "specs/rekomi"),
        ])
      ).map(({ stdout, stderr }) => stdout + stderr),
    );
    const ended = once(server, "close");
    server.kill("SIGUSR2");
    await ended;
    emitted.push(output.text());
    const files = readdirSync(folder).filter((file) => file !== "crash.mjs");
    const reports = files.filter((file) => file.startsWith("report."));
    expect(reports).toHaveLength(1);
    emitted.push(...files.map((file) => readFileSync(join(folder, file), "latin1")));

    const tokens = [laptop.token, revoked.token, rotated.token, fresh];
    const signatures = proxy.seen.map(({ headers }) => String(headers["x-rekomi-mcp-identity"]));
    expect(signatures.length).toBeGreaterThan(eras.length * Object.keys(calls).length);
    const secrets = [
      relaySecret,
      ...tokens.flatMap((token) => [token, token.slice("rk_mcp_".length), Buffer.from(token).toString("base64")]),
      ...signatures.flatMap((signature) => [signature, /v1=([0-9a-f]{64})/.exec(signature)?.[1] ?? signature]),
    ];
    const everything = { emitted: emitted.join("\n"), answers: answers.join("\n"), refusals: refusals.join("\n") };
    for (const [where, text] of Object.entries(everything)) {
      expect(text.length, where).toBeGreaterThan(1000);
      for (const secret of new Set(secrets)) expect(text.includes(secret), `${secret} in ${where}`).toBe(false);
    }
    for (const value of Object.values(planted)) {
      expect(everything.emitted.includes(value), `${value} in what was emitted`).toBe(false);
    }
  },
  runTimeoutMs,
);

/** Gather what a process writes, both streams. */
function collect(child: ChildProcess) {
  let text = "";
  const waiting: { readonly wanted: RegExp; readonly resolve: (text: string) => void }[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      text += chunk;
      for (const { wanted, resolve } of waiting) if (wanted.test(text)) resolve(text);
    });
  }
  return {
    text: () => text,
    until: (wanted: RegExp) =>
      new Promise<string>((resolve, reject) => {
        waiting.push({ wanted, resolve });
        child.once("close", () => reject(new Error(`ended without ${wanted}: ${text}`)));
      }),
  };
}
