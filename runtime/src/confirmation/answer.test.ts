import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAnswer } from "./answer.ts";

describe("an answer", () => {
  it.each([
    ["yes", { action: "accept", content: { confirm: true } }],
    ["yes", { action: "accept", content: { confirm: true, note: "fine" }, _meta: {} }],
    ["declined", { action: "accept", content: { confirm: false } }],
    ["declined", { action: "accept", content: {} }],
    ["declined", { action: "accept" }],
    ["declined", { action: "decline" }],
    ["declined", { action: "decline", content: { confirm: true } }],
    ["cancelled", { action: "cancel", content: { confirm: true } }],
    ["unreadable", { action: "accept", content: { confirm: "true" } }],
    ["unreadable", { action: "accept", content: { confirm: 1 } }],
    ["unreadable", { action: "accept", content: { confirm: null } }],
    ["unreadable", { action: "accept", content: { confirm: [true] } }],
    ["unreadable", { action: "ACCEPT", content: { confirm: true } }],
    ["unreadable", { action: true, content: { confirm: true } }],
    ["unreadable", { content: { confirm: true } }],
    ["unreadable", { confirm: true }],
    ["unreadable", [{ action: "accept", content: { confirm: true } }]],
    ["declined", { action: "accept", content: [true] }],
    ["declined", { action: "accept", content: "confirm" }],
    ["declined", { action: "accept", content: { Confirm: true } }],
    ["unreadable", "accept"],
    ["unreadable", null],
    ["unreadable", undefined],
  ])("is %s: %j", (said, response) => {
    expect(readAnswer(response)).toBe(said);
  });

  it("inherits nothing", () => {
    expect(readAnswer(Object.create({ action: "accept", content: { confirm: true } }))).toBe("unreadable");
    expect(readAnswer({ action: "accept", content: Object.create({ confirm: true }) })).toBe("declined");
    expect(readAnswer(JSON.parse('{"__proto__":{"action":"accept","content":{"confirm":true}}}'))).toBe("unreadable");
    expect(readAnswer(JSON.parse('{"action":"accept","content":{"__proto__":{"confirm":true}}}'))).toBe("declined");
  });

  it("is a yes only if the action is accept and the box is true, whatever else is sent", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (response) => {
        const sent = response as { action?: unknown; content?: { confirm?: unknown } } | null;
        const isYes = sent?.action === "accept" && sent.content?.confirm === true;
        expect(readAnswer(response) === "yes").toBe(isYes);
      }),
    );
  });
});
