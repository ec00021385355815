import { describe, expect, it } from "vitest";
import { parseMessage } from "./message.ts";

const code = (text: string) => {
  const parsed = parseMessage(text);
  return parsed.kind === "refused" ? [parsed.error.code, parsed.id] : parsed.kind;
};
const request = (members: object) => JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", ...members });
const long = "x".repeat(257);

describe("a message", () => {
  it.each([
    ["what is not JSON", '{"jsonrpc":', [-32700, null]],
    ["nothing at all", "", [-32700, null]],
    ["a byte order mark", '\ufeff{"jsonrpc":"2.0"}', [-32700, null]],
    ["a batch", `[${request({})}]`, [-32600, null]],
    ["an empty batch", "[]", [-32600, null]],
    ["a bare value", "42", [-32600, null]],
    ["null", "null", [-32600, null]],
    [
      "10,000 levels of nesting",
      `{"id":1,"method":"x","params":${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}}`,
      [-32600, 1],
    ],
    ["a __proto__", '{"id":1,"method":"x","params":{"arguments":{"__proto__":{"confirm":true}}}}', [-32600, 1]],
    ["an id that is too long, without repeating it", request({ id: long }), [-32600, null]],
    ["a method that is too long", request({ method: long }), [-32600, 1]],
    ["a tool name that is too long", request({ params: { name: long } }), [-32600, 1]],
    ["a cursor that is too long", request({ params: { cursor: long } }), [-32600, 1]],
    [
      "a protocol version that is too long",
      request({ params: { _meta: { "io.modelcontextprotocol/protocolVersion": long } } }),
      [-32600, 1],
    ],
  ])("is refused when it is %s", (_what, text, expected) => {
    expect(code(text)).toEqual(expected);
  });

  it("is not quoted by the error that refuses it", () => {
    for (const text of ["secret-in-broken-json", `["secret-in-a-batch"]`, request({ method: `secret${long}` })]) {
      expect(JSON.stringify(parseMessage(text))).not.toContain("secret");
    }
  });

  it("is handed on when it is within the limits", () => {
    expect(
      parseMessage(request({ params: { name: "x".repeat(256), arguments: { text: "y".repeat(10_000) } } })).kind,
    ).toBe("message");
  });
});
