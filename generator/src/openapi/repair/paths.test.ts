import { expect, test } from "vitest";
import { mendPaths } from "./paths.ts";
import type { Mutable } from "./report.ts";

/** Mend these paths; gives them, and what was told. */
function mended(paths: Mutable) {
  const document: Mutable = {
    paths,
    components: { parameters: { Id: { name: "the id", in: "path", required: true } } },
  };
  const told: string[] = [];
  mendPaths(document, ({ message }) => told.push(message));
  return { paths: document.paths as Record<string, Record<string, { parameters?: { name: string }[] }>>, told };
}

test.each([
  ["/a?beta=true", "/a", ["beta"]],
  ["/a/{id}#overload=stream", "/a/{id}", []],
  ["/v1/{name=shelves/*/books/*}:move", "/v1/shelves/{shelves_id}/books/{books_id}:move", ["shelves_id", "books_id"]],
  ["/v1/{name=*}", "/v1/{name}", ["name"]],
  ["/a/{the id}", "/a/{the_id}", ["the_id"]],
  ["/a/{id:int}", "/a/{id}", []],
  ["/a b/ä", "/a%20b/%C3%A4", []],
  ["pets", "/pets", []],
])("reads %s as %s", (written, path, names) => {
  const name = /\{(the id|name)/.exec(written)?.[1];
  const parameters = name === undefined ? [] : [{ name, in: "path", required: true }];
  const { paths, told } = mended({ [written]: { get: { parameters } } });
  expect(Object.keys(paths)).toEqual([path]);
  expect(paths[path]?.get?.parameters?.map((one) => one.name)).toEqual(names);
  expect(told).toEqual([`"${written}" is read as "${path}"`]);
});

test("takes the parameters of the path along, and those that are shared", () => {
  const { paths } = mended({
    "/a/{the id}": { parameters: [{ $ref: "#/components/parameters/Id" }], get: {}, put: {} },
  });
  expect(paths["/a/{the_id}"]?.put?.parameters).toEqual([{ name: "the_id", in: "path", required: true }]);
});

test("leaves what another operation's place would be, and what nobody can tell", () => {
  const written = {
    "/a": { get: {} },
    "/a#two": { get: {}, post: {} },
    "/{path=**}": { get: {} },
    "/{+x}": { get: {} },
  };
  const { paths } = mended(structuredClone(written));
  expect(Object.keys(paths)).toEqual(["/a", "/a#two", "/{path=**}", "/{+x}"]);
  expect(Object.keys(paths["/a"] ?? {})).toEqual(["get", "post"]);
  expect(Object.keys(paths["/a#two"] ?? {})).toEqual(["get"]);
});

test("a document of good paths is as it was", () => {
  const paths = { "/a": {}, "/a/{id}": {}, "x-a b": {} };
  expect(mended(paths).paths).toBe(paths);
});
