import { describe, expect, it } from "vitest";
import type { AnyUpstreamRequest } from "../codegen.ts";
import { encodeBody } from "./body.ts";
import { call, start, writeTool } from "./fixture.ts";

const random = { uuid: () => "", bytes: (length: number) => new Uint8Array(length).fill(0xab) };

/** Every byte there is, a boundary's beginning and a line break among them. */
const bytes = Buffer.concat([
  Buffer.from(Array.from({ length: 256 }, (_, index) => index)),
  Buffer.from("\r\n--toolspec-"),
]);
const base64 = bytes.toString("base64");

function encode(body: unknown, form: NonNullable<AnyUpstreamRequest["form"]>) {
  return encodeBody({ body, contentType: "multipart/form-data", form }, random);
}

/** The parts as a stranger reads them: name, type, file name and bytes. */
async function partsOf(body: unknown, form: NonNullable<AnyUpstreamRequest["form"]>) {
  const { bytes: sent, contentType } = encode(body, form);
  const headers = { "content-type": contentType };
  const read = await new Response(sent as Uint8Array<ArrayBuffer>, { headers }).formData();
  return Promise.all(
    [...read].map(async ([name, value]) =>
      typeof value === "string"
        ? [name, value]
        : [name, value.type, value.name, Buffer.from(await value.arrayBuffer())],
    ),
  );
}

describe("a file", () => {
  it("goes as its bytes, with the type and name that the spec says", async () => {
    const form = { file: { bytes: true, contentType: "image/png", filename: "cat.png" } } as const;
    expect(await partsOf({ file: base64 }, form)).toEqual([["file", "image/png", "cat.png", bytes]]);
  });

  it("has the type and name that a data: URL says, where the spec says none", async () => {
    const url = `data:image/png;name=a%20%22cat%22%20%C3%A9.png;base64,${base64}`;
    expect(await partsOf({ file: url }, { file: { bytes: true } })).toEqual([
      ["file", "image/png", 'a "cat" é.png', bytes],
    ]);
    expect(await partsOf({ file: url }, { file: { bytes: true, contentType: "image/gif" } })).toEqual([
      ["file", "image/gif", 'a "cat" é.png', bytes],
    ]);
  });

  it("is bytes of no special type under the field's name where nobody says anything, and a part each in a list", async () => {
    expect(await partsOf({ file: [base64, ""] }, { file: { bytes: true } })).toEqual([
      ["file", "application/octet-stream", "file", bytes],
      ["file", "application/octet-stream", "file", Buffer.alloc(0)],
    ]);
  });

  it.each([
    "no base64!",
    "YQ",
    "YQ==\n",
    "YQ=",
    "data:image/png,YQ==",
    "data:;base64",
    "data:image;base64,YQ==",
    "data:image/png\r\nX: y;base64,YQ==",
    "data:image/png;name=a/b;base64,YQ==",
    "data:image/png;name=..;base64,YQ==",
    "data:image/png;name=a%0d%0aX;base64,YQ==",
    "data:image/png;name=%ff;base64,YQ==",
    `data:image/png;name=${"a".repeat(256)};base64,YQ==`,
    7,
  ])("is refused as %j, which is not repeated", (file) => {
    const attempt = () => encode({ file }, { file: { bytes: true } });
    expect(attempt).toThrow(/^file must/);
    expect(attempt).not.toThrow("YQ");
  });
});

it("is planned alike each time, so that an approved call is still the one that was parked", () => {
  const request: AnyUpstreamRequest = {
    method: "post",
    path: "/v1/x",
    body: { file: "aGk=" },
    contentType: "multipart/form-data",
    form: { file: { bytes: true } },
  };
  const { plan } = start("http://127.0.0.1:9");
  expect(plan(call({ tool: writeTool(), request }))).toMatchObject({
    value: { plan: { headers: { "content-type": "multipart/form-data" }, body: { file: "aGk=" } } },
  });
});

describe("other parts of a form", () => {
  it("are JSON where they are maps, and have the type that the spec says", () => {
    const { bytes: sent } = encode(
      { place: { x: 1 }, note: "é", tags: ["a", { b: 1 }] },
      { note: { contentType: "text/markdown" } },
    );
    expect(
      Buffer.from(sent)
        .toString()
        .split(/\r\n?/)
        .filter((line) => !line.startsWith("--")),
    ).toEqual([
      'Content-Disposition: form-data; name="place"',
      "Content-Type: application/json",
      "",
      '{"x":1}',
      'Content-Disposition: form-data; name="note"',
      "Content-Type: text/markdown",
      "",
      "é",
      'Content-Disposition: form-data; name="tags"',
      "",
      "a",
      'Content-Disposition: form-data; name="tags"',
      "Content-Type: application/json",
      "",
      '{"b":1}',
      "",
    ]);
  });
});

describe("a form in the style of a query", () => {
  const write = (body: unknown, form: AnyUpstreamRequest["form"] = {}) =>
    decodeURIComponent(
      Buffer.from(
        encodeBody({ body, contentType: "application/x-www-form-urlencoded", form }, random).bytes,
      ).toString(),
    );

  it("has the styles that the contract says, and JSON for maps of which it says nothing", () => {
    const form = { expand: { style: "deepObject", explode: true }, plain: { explode: false } } as const;
    expect(write({ expand: ["a", "b"], plain: [1, 2], map: { c: 1 }, list: [{ d: 2 }, 3] }, form)).toBe(
      'expand[]=a&expand[]=b&plain=1,2&map={"c":1}&list={"d":2}&list=3',
    );
  });

  it("lets no map stand for another field", () => {
    const form = { metadata: { style: "form", explode: true } } as const;
    expect(() => write({ amount: 1, metadata: { amount: 2 } }, form)).toThrow(
      "metadata must not have a member named like",
    );
  });
});

describe("a body that is no form", () => {
  const of = (body: unknown, contentType: string) => {
    const encoded = encodeBody({ body, contentType }, random);
    return [encoded.contentType, Buffer.from(encoded.bytes)] as const;
  };

  it("is a text as it stands, with a charset where its bytes depend on it", () => {
    expect(of("<a/>\r\n", "application/xml")).toEqual(["application/xml", Buffer.from("<a/>\r\n")]);
    expect(of("a,b", "text/csv")).toEqual(["text/csv", Buffer.from("a,b")]);
    expect(of("é", "text/csv")).toEqual(["text/csv; charset=utf-8", Buffer.from("é")]);
    expect(of("é", 'text/csv; charset="UTF-8"')[0]).toBe('text/csv; charset="UTF-8"');
    expect(() => of({ a: 1 }, "text/csv")).toThrow("body must be a string to be sent as text/csv");
    expect(() => of("\ud800", "text/csv")).toThrow("body must be well-formed");
  });

  it("is the bytes behind base64, and JSON of any name", () => {
    expect(of(base64, "application/octet-stream")).toEqual(["application/octet-stream", bytes]);
    expect(() => of("?", "image/png")).toThrow(/^body must be base64/);
    expect(of([1], "application/vnd.api+json")).toEqual(["application/vnd.api+json", Buffer.from("[1]")]);
  });

  it("is never a multipart that nothing describes", () => {
    expect(() => of("a", "multipart/mixed")).toThrow("A body of multipart/mixed cannot be sent.");
  });
});
