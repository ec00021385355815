import { describe, expect, it } from "vitest";
import { createMirroredParams, encodeHeader, protocolHeaders } from "./headers.ts";
import { type ClientMessage, parseLine } from "./message.ts";

const modern = (method: string, params: object = {}) =>
  parseLine(
    Buffer.from(
      JSON.stringify({
        id: 1,
        method,
        params: { ...params, _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } },
      }),
    ),
  ) as ClientMessage;
const legacy = parseLine(Buffer.from('{"id":1,"method":"tools/call","params":{"name":"a"}}')) as ClientMessage;
const none = createMirroredParams();

describe("headers", () => {
  it("of a message of the older era are the version that initialize agreed on", () => {
    expect(protocolHeaders(legacy, undefined, none)).toEqual({});
    expect(protocolHeaders(legacy, "2025-11-25", none)).toEqual({ "mcp-protocol-version": "2025-11-25" });
  });

  it.each([
    ["tools/call", { name: "redeem" }, "redeem"],
    ["prompts/get", { name: "start" }, "start"],
    ["resources/read", { uri: "file:///ä" }, `=?base64?${Buffer.from("file:///ä").toString("base64")}?=`],
    ["tasks/get", { taskId: "t1" }, "t1"],
    ["tools/list", { name: "x" }, undefined],
    ["toString", { name: "x" }, undefined],
  ])("of %s repeat what the message says", (method, params, name) => {
    expect(protocolHeaders(modern(method, params), "2025-11-25", none)).toEqual({
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": method,
      ...(name !== undefined && { "mcp-name": name }),
    });
  });

  it("repeat the arguments that a tool's schema asks for, once the tool was listed", () => {
    const mirrored = createMirroredParams();
    const call = modern("tools/call", {
      name: "redeem",
      arguments: { region: "eu west", nested: { on: true }, count: 3, ratio: 0.5, gone: null, evil: "x" },
    });
    expect(protocolHeaders(call, undefined, mirrored)).not.toHaveProperty("mcp-param-Region");
    const property = (type: string, header: string) => ({ type, "x-mcp-header": header });
    mirrored.learn({ tools: "none" });
    mirrored.learn({
      tools: [
        {
          name: "redeem",
          inputSchema: {
            properties: {
              region: property("string", "Region"),
              nested: { properties: { on: property("boolean", "On") } },
              count: property("integer", "Count"),
              ratio: property("number", "Ratio"),
              gone: property("string", "Gone"),
              evil: property("string", "Evil\r\nAuthorization"),
            },
          },
        },
      ],
    });
    expect(protocolHeaders(call, undefined, mirrored)).toEqual({
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": "redeem",
      "mcp-param-Region": "eu west",
      "mcp-param-On": "true",
      "mcp-param-Count": "3",
    });
  });

  it.each([
    ["plain text", "plain text"],
    ["", "=?base64??="],
    [" x", "=?base64?IHg=?="],
    ["a\r\nb", "=?base64?YQ0KYg==?="],
    ["=?base64?eA==?=", `=?base64?${Buffer.from("=?base64?eA==?=").toString("base64")}?=`],
  ])("hold %j as the protocol writes it", (text, expected) => {
    expect(encodeHeader(text)).toBe(expected);
  });
});
