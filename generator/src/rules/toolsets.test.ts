import { describe, expect, it, test } from "vitest";
import { load, problemsOf } from "../../../test/golden/folder.ts";
import { fitsPattern } from "../ir/toolsets.ts";

const read = (name: string, rest = "") => `description: ${name}.\nrequest: GET /${name}\n${rest}`;
const tools = {
  get_bill: read("get_bill", "tags: [money]\n"),
  list_bills: read("list_bills"),
  get_user: read("get_user"),
  pay_bill: "description: Pay.\nrequest: POST /pay\ndisposition: auto\ntags: [money]\n",
};

async function setsOf(server: string, files: Readonly<Record<string, string>> = tools) {
  const { server: ir, diagnostics } = await load({ server, tools: files });
  expect(diagnostics.map(({ message }) => message)).toEqual([]);
  return ir?.toolsets;
}

describe("a toolset", () => {
  it("has tools by name, by pattern and by tag, in the order of the server", async () => {
    const server =
      "toolsets:\n  bills: { description: Bills., tags: [money], tools: [list_bills] }\n  users: { description: Users., tools: ['*_user*'], default: true }\n";
    expect(await setsOf(server)).toEqual([
      { name: "bills", description: "Bills.", isDefault: false, tools: ["get_bill", "list_bills", "pay_bill"] },
      { name: "users", description: "Users.", isDefault: true, tools: ["get_user"] },
    ]);
  });

  it("has the tool that tells of approvals where it has a write", async () => {
    const server =
      "approvals: {}\ntoolsets: { pay: { description: Pay., tools: [pay_bill] }, see: { description: See., tools: [get_bill] } }\n";
    const { server: ir } = await load({ server, tools });
    expect(ir?.toolsets.map((set) => set.tools)).toEqual([["get_approval", "pay_bill"], ["get_bill"]]);
  });

  it("has tools by their own tags, and by those of the contract", async () => {
    const operation = (tag: string) => `{ tags: [${tag}], responses: { 200: { description: Done } } }`;
    const openapi = `openapi: 3.1.0\ninfo: { title: T, version: '1' }\npaths:\n  /get_bill: { get: ${operation("users")} }\n  /get_user: { get: ${operation("users")} }\n`;
    const { get_bill, get_user } = tools;
    const server =
      "toolsets: { users: { description: Users., tags: [users] }, money: { description: M., tags: [money] } }\n";
    const { server: ir } = await load({ server, openapi, tools: { get_bill, get_user } });
    expect(ir?.toolsets.map((set) => set.tools)).toEqual([["get_bill", "get_user"], ["get_bill"]]);
  });

  it("is refused, with the place, where it has no tools or names what is not there", async () => {
    const server = [
      "toolsets:",
      "  all: { description: A., tools: [get_bill, get_bill] }",
      "  b: { description: B. }",
      "  c: { description: C., tools: [get_bil, 'x_*'], tags: [mony, money] }",
      "lint: { budgets: { toolsetTokens: { d: 1 } } }",
    ];
    expect(await problemsOf({ server: `${server.join("\n")}\n`, tools })).toEqual([
      'server.yaml:11:3 toolsets: "all" asks for every tool, so no toolset can have it | choose another name',
      'server.yaml:11:45 toolsets: "get_bill" is listed twice | keep one of them',
      "server.yaml:12:3 toolsets: a toolset has tools | name some: tools: [get_thing, list_*], or tags: [things]",
      'server.yaml:13:33 toolsets: there is no tool "get_bil" | did you mean "get_bill"?',
      'server.yaml:13:42 toolsets: no tool has a name like "x_*" | correct it, or take it out',
      'server.yaml:13:57 toolsets: no tool has the tag "mony" | did you mean "money"?',
      'server.yaml:14:37 toolsets: there is no toolset "d" | did you mean "b"?',
    ]);
  });
});

test.each([
  ["list_*", "list_bills", true],
  ["*_bill", "get_bill", true],
  ["get_*l", "get_bill", true],
  ["get*bill*", "get_bill", true],
  ["*a*a*", "a", false],
  ["ab*bc", "abc", false],
  ["list_*", "get_list_of", false],
  ["*", "anything", true],
])("%s and %s: %s", (pattern, name, fits) => {
  expect(fitsPattern(pattern, name)).toBe(fits);
});
