import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { ConfigError, readSettings } from "./config.ts";
import { storeLocation, storeSecrets } from "./store-location.ts";

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

  it("take a database over a file, unless a stronger source names the file", () => {
    const url = "postgresql://ada:pa55word@db:5432/toolspec";
    const urlOf = (flags: Record<string, string>, environment: Record<string, string>, content = "{}") =>
      readSettings({ flags, environment, file: fileWith(content) }).settings.databaseUrl?.reveal();
    expect(urlOf({}, { DATABASE_URL: url })).toBe(url);
    expect(urlOf({}, { DATABASE_URL: url, TOOLSPEC_DATA: "a.sqlite" })).toBe(url);
    expect(urlOf({ databaseUrl: url }, { TOOLSPEC_DATA: "a.sqlite" })).toBe(url);
    expect(urlOf({ data: "a.sqlite" }, { DATABASE_URL: url })).toBeUndefined();
    expect(urlOf({}, { TOOLSPEC_DATA: "a.sqlite" }, JSON.stringify({ databaseUrl: url }))).toBeUndefined();
    const both = { data: "a.sqlite", databaseUrl: url };
    expect(problemOf(() => urlOf(both, {}))).toBe("--data and --database-url name two stores. Name one.");
  });

  it.each([
    "mysql://ada:pa55word@db/toolspec",
    "ada:pa55word@db",
    "postgresql://ada:pa55word/@db/toolspec",
    "postgresql://ada:12/pa55word@db/toolspec",
    "postgresql://ada:pa55#word@db/toolspec",
  ])("refuse the database address %s, and never repeat it", (url) => {
    const message = problemOf(() => readSettings({ flags: {}, environment: { DATABASE_URL: url } }));
    expect(message).toMatch(/^DATABASE_URL must be an address such as postgresql:.*, got something else,/);
    expect(message).not.toMatch(/pa55|ada/);
  });

  it("print no database address, and give the log what it must not print", () => {
    const environment = { DATABASE_URL: "postgresql://ada:pa55%40word@db/toolspec" };
    const { settings } = readSettings({ flags: {}, environment });
    expect(JSON.stringify(settings) + inspect(settings)).not.toContain("pa55");
    const secrets = storeSecrets(settings).map((secret) => secret.reveal());
    expect(secrets).toEqual([environment.DATABASE_URL, "pa55%40word", "pa55@word"]);
    expect(storeLocation(settings)).toMatchObject({ databaseUrl: settings.databaseUrl, connections: 10 });
    expect(storeSecrets({ databaseUrl: undefined })).toEqual([]);
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
