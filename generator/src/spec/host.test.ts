import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { diskHost } from "./host.ts";

const root = mkdtempSync(join(tmpdir(), "toolspec-host-"));
afterAll(() => rmSync(root, { recursive: true }));
const host = diskHost(root);

test("does not read a file that is too large, a folder, a pipe, or what is no UTF-8", async () => {
  writeFileSync(join(root, "large"), "x".repeat(101));
  writeFileSync(join(root, "latin1"), Buffer.from([0xe9]));
  mkdirSync(join(root, "folder"));
  execFileSync("mkfifo", [join(root, "pipe")]);
  expect(await host.read("large", 100)).toEqual({ kind: "too-large", bytes: 101 });
  expect(await host.read("latin1", 100)).toEqual({ kind: "unreadable", reason: "it is not UTF-8 text" });
  expect(await host.read("folder", 100)).toMatchObject({ kind: "unreadable" });
  expect(await host.read("pipe", 100)).toEqual({ kind: "unreadable", reason: "it is not a regular file" });
});

test("tells a missing file and folder from empty ones", async () => {
  mkdirSync(join(root, "empty"));
  writeFileSync(join(root, "nothing"), "");
  expect(await host.read("missing", 100)).toEqual({ kind: "missing" });
  expect(await host.read("nothing", 100)).toEqual({ kind: "text", text: "" });
  expect(await host.list("missing")).toBeUndefined();
  expect(await host.list("empty")).toEqual([]);
});

test("leaves a byte order mark out", async () => {
  writeFileSync(join(root, "bom"), "\u{feff}a: 1");
  expect(await host.read("bom", 100)).toEqual({ kind: "text", text: "a: 1" });
});

test("does not follow a link: it may lead to what its author may not see", async () => {
  writeFileSync(join(root, "secret"), "s");
  symlinkSync("secret", join(root, "link"));
  expect(await host.read("link", 100)).toMatchObject({ kind: "unreadable", mend: "copy the file" });
});
