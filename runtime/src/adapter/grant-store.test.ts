import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporary } from "./fixture.ts";
import { createGrantStore, type Grant } from "./grant-store.ts";

const url = "https://api.example.com/mcp";

function makeGrant(accessToken = "secret-token"): Grant {
  return {
    version: 1,
    url,
    issuer: "https://login.example.com",
    resource: url,
    client: { client_id: "client" },
    redirectUri: "http://127.0.0.1:3/callback",
    tokens: { accessToken, scopes: ["mcp:read"] },
  };
}

function open() {
  const folder = join(temporary(), "deep", "acme-mcp");
  return { folder, store: createGrantStore(folder, url) };
}

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe("the grant file", () => {
  it("is not there before something is written, and nothing is created by looking", () => {
    const { folder, store } = open();
    expect(store.read()).toBeUndefined();
    expect(store.delete()).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });

  it("is the user's alone from the start, whatever the umask", () => {
    const { folder, store } = open();
    const before = process.umask(0);
    try {
      store.write(makeGrant());
    } finally {
      process.umask(before);
    }
    expect(store.read()).toEqual(makeGrant());
    expect(mode(folder)).toBe("700");
    expect(mode(store.file)).toBe("600");
  });

  it("is replaced whole, and leaves no draft", () => {
    const { folder, store } = open();
    store.write(makeGrant());
    const before = statSync(store.file).ino;
    store.write(makeGrant("other"));
    expect(store.read()?.tokens?.accessToken).toBe("other");
    expect(statSync(store.file).ino).not.toBe(before);
    expect(mode(store.file)).toBe("600");
    expect(readdirSync(folder)).toHaveLength(1);
    expect(store.delete()).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is another one for another endpoint", () => {
    const { folder, store } = open();
    store.write(makeGrant());
    expect(createGrantStore(folder, "https://api.example.com/other").read()).toBeUndefined();
  });

  it.each([0o640, 0o604, 0o660])("is refused with mode %o, and the mend is said", (loose) => {
    const { store } = open();
    store.write(makeGrant());
    chmodSync(store.file, loose);
    expect(() => store.read()).toThrow(`chmod 600 "${store.file}"`);
  });

  it("is refused in a folder that is open to others", () => {
    const { folder, store } = open();
    store.write(makeGrant());
    chmodSync(folder, 0o755);
    expect(() => store.read()).toThrow(`chmod 700 "${folder}"`);
    expect(() => store.write(makeGrant("other"))).toThrow("chmod 700");
    chmodSync(folder, 0o700);
    expect(store.read()).toEqual(makeGrant());
  });

  it("is refused as a symbolic link, and what that leads to is not touched", () => {
    const { folder, store } = open();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const target = join(temporary(), "grant.json");
    writeFileSync(target, JSON.stringify(makeGrant()), { mode: 0o600 });
    symlinkSync(target, store.file);
    expect(() => store.read()).toThrow("is a symbolic link");
    store.write(makeGrant("other"));
    expect(store.read()?.tokens?.accessToken).toBe("other");
    expect(readFileSync(target, "utf8")).toBe(JSON.stringify(makeGrant()));
  });

  it("is refused in a folder that is a symbolic link", () => {
    const folder = join(temporary(), "acme-mcp");
    symlinkSync(temporary(), folder);
    expect(() => createGrantStore(folder, url).read()).toThrow("is not a folder of its own");
  });

  it("is refused as a folder", () => {
    const { store } = open();
    mkdirSync(store.file, { recursive: true, mode: 0o700 });
    chmodSync(join(store.file, ".."), 0o700);
    expect(() => store.read()).toThrow("is not a file");
  });

  it.each([
    "{",
    "null",
    "[]",
    '{"version":2}',
    ...[
      { url: "https://evil.example.com" },
      { client: {} },
      { issuer: 7 },
      { redirectUri: "" },
      { tokens: { accessToken: 7, scopes: [] } },
      { tokens: { accessToken: "a" } },
    ].map((change) => JSON.stringify({ ...makeGrant(), ...change })),
  ])("that holds %s is refused without a word of it", (text) => {
    const { store } = open();
    store.write(makeGrant());
    writeFileSync(store.file, text);
    expect(() => store.read()).toThrow(`${store.file} is not a grant of this version: delete it and log in again.`);
  });

  it("that cannot be written says so", () => {
    const folder = join(temporary(), "file");
    writeFileSync(folder, "");
    expect(() => createGrantStore(folder, url).write(makeGrant())).toThrow(folder);
  });
});
