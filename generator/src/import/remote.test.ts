import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { bundle } from "./remote.ts";

test("follows an address to its own host alone", async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end(JSON.stringify({ Pet: { type: "string" } }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const from = (host: string) => ({
    location: `http://${host}:${port}/api.json`,
    home: "/nowhere",
    allowRemote: true,
    signal: undefined,
  });
  const text = JSON.stringify({ a: { $ref: `http://127.0.0.1:${port}/parts.json#/Pet` } });
  try {
    expect(await bundle(text, from("127.0.0.1"))).toMatchObject({ kind: "text" });
    expect(asked).toEqual(["/parts.json"]);
    expect(await bundle(text, from("localhost"))).toMatchObject({
      kind: "unreadable",
      reason: expect.stringContaining("not of the same host"),
    });
    expect(await bundle('{"a":{"$ref":"file:///etc/passwd"}}', from("127.0.0.1"))).toMatchObject({
      kind: "unreadable",
    });
    expect(asked).toHaveLength(1);
  } finally {
    server.close();
  }
});
