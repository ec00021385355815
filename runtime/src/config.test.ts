import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError, readSettings } from "./config.ts";

function fileWith(content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "toolspec-config-")), "toolspec.json");
  writeFileSync(path, content);
  return path;
}

function problemOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("settings", () => {
  it("come from the flag, then the environment, then the file, then the default", () => {
    const file = fileWith('{ "port": 3, "host": "file", "data": "file" }');
    const environment = { TOOLSPEC_PORT: "2", TOOLSPEC_HOST: "environment" };
    const { settings } = readSettings({ flags: { port: "1" }, environment, file });
    expect(settings).toMatchObject({ port: 1, host: "environment", data: "file", logLevel: "info" });
  });

  it("are refused all at once, each with its source", () => {
    const file = fileWith('{ "logLevel": "loud", "prot": 1 }');
    const message = problemOf(() => readSettings({ flags: { port: "70000" }, environment: {}, file }));
    expect(message).toContain('--port must be a port from 0 to 65535, got "70000".');
    expect(message).toContain('"logLevel" in');
    expect(message).toContain('has no setting "prot"');
  });

  it("name the place where a file is broken, and nothing of its secrets", () => {
    for (const text of ['{"variables": {\n"KEY": pa55word }}', "pa55word", '{"KEY": "pa55word" x}']) {
      const message = problemOf(() => readSettings({ flags: {}, environment: {}, file: fileWith(text) }));
      expect(message).toContain("is not valid JSON");
      expect(message).not.toMatch(/pa5|word/);
    }
    const file = fileWith('{ "port": 1,\n x }');
    expect(problemOf(() => readSettings({ flags: {}, environment: {}, file }))).toContain("line 2 column 2");
  });

  it("name a file that cannot be read, or is no JSON", () => {
    expect(problemOf(() => readSettings({ flags: {}, environment: {}, file: "/nowhere.json" }))).toContain(
      "cannot be read",
    );
    expect(problemOf(() => readSettings({ flags: {}, environment: {}, file: fileWith("{") }))).toContain(
      "not valid JSON",
    );
    expect(problemOf(() => readSettings({ flags: {}, environment: {}, file: fileWith("[]") }))).toContain(
      "JSON object",
    );
  });

  it("treat an empty variable as one that is not set", () => {
    expect(readSettings({ flags: {}, environment: { TOOLSPEC_PORT: "" } }).settings.port).toBe(3900);
  });

  it("split a list wherever it comes from", () => {
    const file = fileWith('{ "allowedHosts": ["a:1", "b:2"] }');
    expect(readSettings({ flags: {}, environment: {}, file }).settings.allowedHosts).toEqual(["a:1", "b:2"]);
    expect(readSettings({ flags: { allowedHosts: "c:3, d:4," }, environment: {} }).settings.allowedHosts).toEqual([
      "c:3",
      "d:4",
    ]);
  });
});
