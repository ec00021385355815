import { expect, test } from "vitest";
import type { ServerIr } from "../ir/tool.ts";
import { withoutTypes } from "./untyped.ts";

const request = (path: string) => ({ name: path, request: { method: "get", path, typed: true } });
const server = {
  contract: { openapi: "3.1.0", paths: { "/a": {}, "/b": {} } },
  tools: [request("/a"), request("/b"), { name: "local" }],
} as unknown as ServerIr;
const typed = ({ tools }: ServerIr) => tools.map((tool) => tool.request?.typed);

test("leaves every other path typed", () => {
  const changed = withoutTypes(server, ["paths", "/a"]);
  expect(typed(changed)).toEqual([false, true, undefined]);
  expect(changed.contract?.paths).toEqual({ "/b": {} });
  expect(typed(server)).toEqual([true, true, undefined]);
});

test("gives types up where it is no path that cannot be read", () => {
  const changed = withoutTypes(server, ["components"]);
  expect(typed(changed)).toEqual([false, false, undefined]);
  expect(changed.contract).toBeUndefined();
});
