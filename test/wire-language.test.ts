import { expect, test } from "vitest";
import { isPublic } from "../generator/src/import/public-address.ts";
import { bodyKindOf as generatorKindOf } from "../generator/src/spec/media-type.ts";
import type { AnyUpstreamRequest, ContentRequest } from "../runtime/src/codegen.ts";
import { bodyKindOf } from "../runtime/src/forward/media-type.ts";
import { createRenderer } from "../runtime/src/forward/render.ts";
import { reachOf } from "../runtime/src/webhooks/address.ts";
import { server } from "./golden/emit/wire/generated/wire/registrations.ts";

/** The request that a generated tool sends for these arguments. */
function requestOf(name: string, given: Record<string, unknown>) {
  const tool = server.tools.find((one) => one.name === name);
  const parsed = tool?.input.safeParse(given);
  if (tool === undefined || parsed?.success !== true) throw new Error(`${name} does not take this`);
  const handler = tool.handler as (input: unknown) => AnyUpstreamRequest | ContentRequest;
  const render = createRenderer({
    basePath: "",
    credentialNames: new Set(),
    credentialQuery: "api_key",
    dryRunParameter: undefined,
    random: { uuid: () => "", bytes: (length) => new Uint8Array(length) },
  });
  const { target, headers, body } = render(handler(parsed.data) as AnyUpstreamRequest, false);
  return { target: decodeURIComponent(target), headers, body: body && Buffer.from(body).toString() };
}

test("parameters of every place and style get from a contract to the wire", () => {
  const given = {
    size: [1, 2],
    color: "blue",
    place: { x: 1, y: 2 },
    filter_name: "n",
    where: { a: "b" },
    query: { x: 3, y: 4 },
    tags: ["t", "u"],
    session: "s",
  };
  expect(requestOf("find_shapes", given)).toEqual({
    target: '/shapes/.1.2/;color=blue/x=1,y=2?filter[name]=n&where[a]=b&query={"x":3,"y":4}',
    headers: ["X-Tags", "t,u", "cookie", "session=s"],
    body: undefined,
  });
});

test("a credential in the query is the name of a variable in what is generated", () => {
  expect(server.upstream.credentials).toEqual({ kind: "service", query: "api_key", secret: "${WIRE_KEY}" });
});

test("bodies of every kind get from a contract to the wire", () => {
  expect(requestOf("replace_places", { places: [{ x: 1, y: 2 }] })).toMatchObject({
    headers: ["content-type", "application/vnd.places+json"],
    body: '[{"x":1,"y":2}]',
  });
  expect(requestOf("put_blob", { id: "a", content: "aGk=" })).toMatchObject({
    headers: ["content-type", "application/octet-stream"],
    body: "hi",
  });
  expect(requestOf("import_xml", { document: "<a/>" })).toMatchObject({
    headers: ["content-type", "application/xml"],
    body: "<a/>",
  });
  expect(requestOf("create_charge", { amount: 1, expand: ["x"], metadata: { k: "v" } }).body).toBe(
    "amount=1&expand%5B%5D=x&metadata%5Bk%5D=v",
  );
  const { body } = requestOf("add_picture", { file: "data:image/gif;name=p.png;base64,aGk=", place: { x: 1, y: 2 } });
  expect(body).toContain('name="file"; filename="p.png"\r\nContent-Type: image/png\r\n\r\nhi\r\n');
  expect(body).toContain('name="place"\r\nContent-Type: application/json\r\n\r\n{"x":1,"y":2}\r\n');
});

test("a model is told that a file is base64, and every scope that is needed", () => {
  const { file, more } = (server.advertised.add_picture?.inputSchema.properties ?? {}) as Record<string, unknown>;
  expect(file).toMatchObject({ type: "string", contentEncoding: "base64" });
  expect(more).toMatchObject({ type: "array", items: { type: "string", contentEncoding: "base64" } });
  expect(server.tools.find(({ name }) => name === "replace_places")?.scope).toEqual({ allOf: ["READ", "WRITE"] });
});

test("generator and runtime make the same of every media type", () => {
  const types = [
    ...[
      "application/json",
      "application/problem+json",
      "text/json",
      "Application/JSON; charset=utf-8",
      "image/svg+xml",
    ],
    ...["application/x-www-form-urlencoded", "multipart/form-data", "multipart/mixed", "multipart/related; type=a"],
    ...["text/plain", "text/html; charset=utf-8", "application/xml", "application/soap+xml", "application/jsonl"],
    ...["application/octet-stream", "image/png", "application/pdf", "application/json-seq", "x", ""],
  ];
  expect(types.map(bodyKindOf)).toEqual(types.map(generatorKindOf));
  expect(new Set(types.map(bodyKindOf)).size).toBe(6);
});

test("generator and runtime take the same addresses for public", () => {
  const first = Array.from({ length: 256 }, (_, byte) => `${byte}.1.2.3`);
  const edges =
    "100.64.0.1 100.127.9.9 100.128.0.1 169.254.1.1 172.15.0.1 172.16.0.1 172.31.0.1 172.32.0.1 192.0.0.8 192.0.2.1 192.88.99.1 192.168.0.1 198.17.0.1 198.19.0.1 198.51.100.1 203.0.113.1 2606::1 2001::1 2001:db8::1 2002::1 3fff::1 3fff:1000::1 4000::1 ::1 :: fe80::1 fd00::1 ff02::1";
  const addresses = [...first, ...edges.split(" ")];
  expect(addresses.filter((address) => isPublic(address) !== (reachOf(address) === "public"))).toEqual([]);
});
