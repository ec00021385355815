/** `@toolspec/runtime/relay` as a backend gets it, against the vectors that every implementation must pass. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createReplayCache, verify } from "@toolspec/runtime/relay";
import { describe, expect, it } from "vitest";
import { toBytes, type Vector, vectors } from "./vectors/make.ts";

const file = join(import.meta.dirname, "vectors/relay.json");

const about = [
  "Co-signed requests and the verdict each must get; see runtime/src/relay.ts. Each vector is one backend with its secrets, which",
  "receives the requests in turn. With `replays` it remembers signatures. A body is text (utf8), bytes (base64), or `times` times",
  "`repeat`; absent, it has no bytes. The header null is none. Made by make.ts: UPDATE_GOLDEN=1 npx vitest run test/relay.test.ts",
].join(" ");
const content = `${JSON.stringify({ about, windowSeconds: 300, vectors }, undefined, 2)}\n`;
if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, content);
const stored = (JSON.parse(readFileSync(file, "utf8")) as { vectors: readonly Vector[] }).vectors;

describe("the vectors", () => {
  it("are what sign makes today", () => {
    expect(readFileSync(file, "utf8")).toBe(content);
  });

  it("have names of their own", () => {
    expect(new Set(stored.map(({ name }) => name)).size).toBe(stored.length);
  });

  it("show every reason for which a request is refused", () => {
    const reasons = stored.flatMap(({ requests }) =>
      requests.flatMap(({ verdict }) => (verdict.ok ? [] : verdict.reason)),
    );
    expect([...new Set(reasons)].sort()).toEqual([
      "cache_full",
      "early",
      "malformed",
      "mismatch",
      "missing",
      "replayed",
      "stale",
      "unknown_key",
    ]);
  });
});

describe("verify", () => {
  it.each(stored)("$name", ({ secrets, replays, requests }) => {
    const cache = replays && createReplayCache(replays);
    for (const { method, target, body, header, nowSeconds, verdict } of requests) {
      const given = { method, target, body: toBytes(body), header: header ?? undefined, nowSeconds };
      expect(verify({ ...given, secrets, replays: cache })).toEqual(verdict);
    }
  });
});

describe("the published file", () => {
  const built = fileURLToPath(import.meta.resolve("@toolspec/runtime/relay"));

  it("imports node:crypto and nothing else", () => {
    const imports = readFileSync(built, "utf8").matchAll(/(?:\bfrom|\bimport|\brequire)\s*\(?\s*["']([^"']+)["']/g);
    expect([...imports].map(([, name]) => name)).toEqual(["node:crypto"]);
  });

  it("works where nothing else is installed", () => {
    const folder = mkdtempSync(join(tmpdir(), "toolspec-relay-"));
    copyFileSync(built, join(folder, "relay.mjs"));
    const script = `
      import { sign, verify } from "./relay.mjs";
      const request = { method: "GET", target: "/", secret: "x".repeat(32), atSeconds: 0 };
      console.log(verify({ ...request, header: sign(request), secrets: [request], nowSeconds: 0 }).ok);`;
    const output = execFileSync(process.execPath, ["--input-type=module", "--eval", script], { cwd: folder });
    expect(output.toString()).toBe("true\n");
  });
});
