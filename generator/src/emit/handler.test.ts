import { describe, expect, it } from "vitest";
import { whenAny } from "../../../runtime/src/codegen.ts";
import type { InputIr, RequestIr, ToolIr } from "../ir/tool.ts";
import { print } from "../print.ts";
import { createFileScope } from "./file-scope.ts";
import { handlerSource } from "./handler.ts";

describe("handlerSource", () => {
  it("sends every input to its place, under the upstream's name, constants first", () => {
    const tool = toolOf({
      request: {
        method: "post",
        path: "/v1/things/{thing-id}",
        constants: { query: { v: 2 }, headers: { "X-From": "mcp" }, body: { source: "mcp" } },
      },
      inputs: [
        inputOf({ name: "id", place: "path", as: ["thing-id"] }),
        inputOf({ name: "page", place: "query", as: ["page[number]"] }),
        inputOf({ name: "lang", place: "header", as: ["Accept-Language"] }),
        inputOf({ name: "session", place: "cookie", as: ["sid"] }),
        inputOf({ name: "value", place: "body", as: ["commission", "value"], required: true }),
      ],
    });
    expect(requestOf(tool, { id: 1, page: 2, lang: "de", session: "s", value: 3 })).toEqual({
      method: "post",
      path: "/v1/things/{thing-id}",
      params: { "thing-id": 1 },
      query: { v: 2, "page[number]": 2 },
      headers: { "X-From": "mcp", "Accept-Language": "de" },
      cookies: { sid: "s" },
      body: { source: "mcp", commission: { value: 3 } },
    });
  });

  it("leaves out a nested object of which nothing was given", () => {
    const tool = toolOf({
      inputs: [
        inputOf({ name: "a", as: ["deep", "er", "a"] }),
        inputOf({ name: "b", as: ["deep", "b"] }),
        inputOf({ name: "c", as: ["c"] }),
      ],
    });
    expect(JSON.stringify(requestOf(tool, {}).body)).toBe("{}");
    expect(JSON.stringify(requestOf(tool, { a: 1 }).body)).toBe('{"deep":{"er":{"a":1}}}');
    expect(JSON.stringify(requestOf(tool, { c: 1 }).body)).toBe('{"c":1}');
  });

  it("keeps a nested object that is never empty: a member is required, has a default or is a constant", () => {
    const tool = toolOf({
      request: { constants: { query: {}, headers: {}, body: { three: { fixed: true } } } },
      inputs: [
        inputOf({ name: "a", as: ["one", "a"], required: true }),
        inputOf({ name: "b", as: ["two", "b"], schema: { default: 1 } }),
        inputOf({ name: "c", as: ["three", "c"] }),
      ],
    });
    expect(sourceOf(tool)).not.toContain("whenAny");
    expect(sourceOf(tool)).toContain("three: { fixed: true, c: input.c }");
  });

  it("names a style only where there is one that is not its place's default", () => {
    const tool = toolOf({
      request: { method: "get" },
      inputs: [
        inputOf({ name: "a", place: "query" }),
        inputOf({ name: "b", place: "query", style: { style: "pipeDelimited", explode: false } }),
      ],
    });
    expect(requestOf(tool, {})).toHaveProperty("queryStyle", { b: { style: "pipeDelimited", explode: false } });
  });

  it("reads hostile names as data", () => {
    const names = ['"]; throw 1; [ "', "a-b", "__proto__", "constructor", "\u2028", "`${1}`"];
    const tool = toolOf({ inputs: names.map((name) => inputOf({ name, as: [name] })) });
    const values = Object.fromEntries(names.map((name, index) => [name, index]));
    expect(requestOf(tool, values).body).toEqual(values);
  });

  it("takes no parameter when there is no input", () => {
    expect(sourceOf(toolOf({ request: { method: "get" } }))).toMatch(/^\(\) =>/);
  });

  it("is checked against the operation where there is a contract, and against any request elsewhere", () => {
    expect(sourceOf(toolOf({ request: { typed: true } }))).toMatch(
      /satisfies UpstreamRequest<paths, "\/v1\/things", "post">$/,
    );
    expect(sourceOf(toolOf({ request: { typed: false } }))).toMatch(/satisfies AnyUpstreamRequest$/);
  });
});

function sourceOf(tool: ToolIr): string {
  const none = new Map<string, string>();
  const names = { tool: none, toolInput: none, input: none, output: none, content: none, type: none };
  return print(handlerSource(tool, createFileScope({}, names)));
}

/** What the handler returns when it runs, its types taken away. */
function requestOf(tool: ToolIr, input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const source = sourceOf(tool).replace(/ satisfies \w+(<.*>)?$/, "");
  const handler = new Function("whenAny", `return ${source}`)(whenAny) as (input: unknown) => Record<string, unknown>;
  return handler(input);
}

function toolOf(parts: { request?: Partial<RequestIr>; inputs?: readonly InputIr[] }): ToolIr {
  const request: RequestIr = {
    method: "post",
    path: "/v1/things",
    constants: { query: {}, headers: {}, body: {} },
    contentType: "application/json",
    typed: false,
    ...parts.request,
  };
  return { request, inputs: parts.inputs ?? [] } as unknown as ToolIr;
}

function inputOf(parts: Partial<InputIr> & { readonly name: string }): InputIr {
  return { required: false, schema: {}, place: "body", as: [parts.name], sensitive: false, ...parts };
}
