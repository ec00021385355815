import { describe, expect, it } from "vitest";
import { readEvents } from "./sse.ts";

async function* chunks(...texts: readonly (string | Uint8Array)[]) {
  for (const text of texts) yield typeof text === "string" ? Buffer.from(text) : text;
}
async function read(...texts: readonly (string | Uint8Array)[]) {
  const events: string[] = [];
  for await (const data of readEvents(chunks(...texts), 20)) events.push(data);
  return events;
}

describe("a stream of events", () => {
  it("gives the data of each message", async () => {
    expect(await read("data: a\n\nevent: message\nid: 1\ndata:b\n\n")).toEqual(["a", "b"]);
  });

  it("joins lines of data, and leaves comments and other events out", async () => {
    expect(await read(": ping\n\nevent: other\ndata: x\n\ndata: 1\ndata: 2\n\nretry: 5\n\n")).toEqual(["1\n2"]);
  });

  it("takes every way to end a line, also cut in two", async () => {
    expect(await read("data: a\r", "\n\r", "\ndata: b\r\r", "data: c\n\n")).toEqual(["a", "b", "c"]);
  });

  it("takes characters and a byte order mark that are cut in two", async () => {
    const bytes = Buffer.from("\ufeffdata: ü\n\n");
    expect(await read(bytes.subarray(0, 2), bytes.subarray(2, 10), bytes.subarray(10))).toEqual(["ü"]);
  });

  it("drops an event that never ended", async () => {
    expect(await read("data: a\n\ndata: half")).toEqual(["a"]);
  });

  it.each([
    ["a line", ["data: ", "x".repeat(21), "\n\n"]],
    ["an event", ["data: xxxxxxxxxx\n", "data: xxxxxxxxxxx\n\n"]],
  ])("refuses %s that is too long", async (_what, texts) => {
    await expect(read(...texts)).rejects.toThrow("longer than 20 characters");
  });
});
