import { describe, expect, it } from "vitest";
import { createLineSplitter } from "./lines.ts";
import { type ClientMessage, errorLine, messageMaxBytes, parseLine, parseServerMessage } from "./message.ts";

const read = (text: string) => parseLine(Buffer.from(text)) as ClientMessage;

describe("a line of the client", () => {
  it.each([
    ["broken JSON", Buffer.from("{"), -32700],
    ["not UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), -32700],
    ["a batch", Buffer.from('[{"jsonrpc":"2.0","id":1,"method":"ping"}]'), -32600],
    ["a bare value", Buffer.from("null"), -32600],
    ["too long", "too_long", -32600],
  ] as const)("that is %s gets its error with the id null", (_what, line, code) => {
    const { error } = parseLine(line) as { error: string };
    expect(JSON.parse(error)).toMatchObject({ jsonrpc: "2.0", id: null, error: { code } });
  });

  it("keeps its text, so that big numbers and the order of keys survive", () => {
    const text = '{"params":{"n":12345678901234567890.10},"method":"x","id":"a","jsonrpc":"2.0"}';
    expect(read(` ${text}\r`)).toMatchObject({ text, id: "a", method: "x", version: undefined });
  });

  it("names its version only where it is of the era of 2026-07-28", () => {
    const meta = '{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}';
    expect(read(`{"id":1,"method":"x","params":${meta}}`).version).toBe("2026-07-28");
  });

  it("that answers the server is no request", () => {
    expect(read('{"jsonrpc":"2.0","id":7,"result":{}}')).toMatchObject({ id: undefined, method: undefined });
  });
});

describe("a message of the endpoint", () => {
  it("becomes one line without a change to its values", () => {
    const pretty = '{\n  "jsonrpc": "2.0",\r\n  "id": 1, "result": {"n": 1.0, "s": "a\\nb"}\n}\n';
    expect(parseServerMessage(pretty)?.line).toBe(
      '{   "jsonrpc": "2.0",   "id": 1, "result": {"n": 1.0, "s": "a\\nb"} }',
    );
  });

  it.each(["", "<html>", "[]", '"x"', '{"error":{"code":"x"}}'])("is not %s", (text) => {
    expect(parseServerMessage(text)).toBeUndefined();
  });
});

it("an error says what it was told", () => {
  expect(JSON.parse(errorLine("a", "no", undefined, { httpStatus: 500 }))).toEqual({
    jsonrpc: "2.0",
    id: "a",
    error: { code: -32603, message: "no", data: { httpStatus: 500 } },
  });
});

describe("the splitter", () => {
  const splitAll = (split: ReturnType<typeof createLineSplitter>, ...chunks: string[]) =>
    chunks.flatMap((chunk) => [...split(Buffer.from(chunk))].map(String));

  it("cuts at newlines, wherever the chunks end", () => {
    expect(splitAll(createLineSplitter(10), "ab\nc", "", "d\n\ne")).toEqual(["ab", "cd", ""]);
  });

  it("reports a line that is too long once, drops it as it comes, and reads the next", () => {
    const split = createLineSplitter(messageMaxBytes);
    const half = "x".repeat(messageMaxBytes / 2);
    expect(splitAll(split, half, half, "x", half, "\nnext\n")).toEqual(["too_long", "next"]);
    expect(splitAll(split, half, half, "\n").map((line) => line.length)).toEqual([messageMaxBytes]);
  });
});
