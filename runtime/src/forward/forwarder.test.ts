import { describe, expect, it } from "vitest";
import { serviceSecret, start } from "./fixture.ts";
import { toUpstream } from "./upstream.ts";

describe("a forwarder", () => {
  it.each([
    [
      "a short signing secret",
      { kind: "service", header: "X-A", secret: serviceSecret, identity: { header: "X-B", secret: "short" } },
      "X-B must have at least 32 bytes",
    ],
    ["an empty secret", { kind: "service", header: "X-A", secret: "" }, "X-A must be printable"],
    ["a secret with a line break", { kind: "service", header: "X-A", secret: "abc\ndef" }, "X-A must be printable"],
  ] as const)("does not start with %s, and says where", (_what, credentials, message) => {
    expect(() => start("http://127.0.0.1:9", { credentials })).toThrow(message);
  });

  it.each([
    "ftp://x",
    "http://user:pw@x",
    "http://x/a?b",
    "http://x/#a",
    "http://x/../a",
    "http://x/%2e%2e/a",
    "http:/x",
    "x",
    "http://x\\y",
  ])("does not start with the address %s", (url) => {
    expect(() => toUpstream({ url, credentials: { kind: "none" } })).toThrow("upstream's address");
  });

  it.each([
    ["https://api.example", "https://api.example", ""],
    ["http://127.0.0.1:4010/", "http://127.0.0.1:4010", ""],
    ["https://api.example:8443/base/v2/", "https://api.example:8443", "/base/v2"],
  ])("takes the address %s apart", (url, origin, basePath) => {
    expect(toUpstream({ url, credentials: { kind: "none" } })).toMatchObject({ origin, basePath });
  });
});
