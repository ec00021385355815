import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ServerIr } from "../ir/tool.ts";
import { camelCase, importedValues, nameAll, pascalCase } from "./names.ts";

describe("nameAll", () => {
  it("never gives two things one name", () => {
    const tools = [
      "delete",
      "delete_tool",
      "deletetool",
      "z",
      "when_any",
      "is_uuid",
      "money_schema",
      "money",
      "a_1",
      "a1",
      "a__b",
      "a_b",
      "ab",
    ];
    const schemas = [
      "money",
      "Money",
      "MONEY",
      "mon-ey",
      "DeleteInput",
      "Record",
      "1",
      "__proto__",
      "constructor",
      "$",
      "",
    ];
    const names = nameAll(serverOf(tools, schemas));
    const values = [names.tool, names.input, names.output].flatMap((map) => [...map.values()]);
    const types = [names.toolInput, names.type].flatMap((map) => [...map.values()]);
    expect(new Set(values).size).toBe(values.length);
    expect(new Set(types).size).toBe(types.length);
    for (const name of [...values, ...types])
      expect(() => new Function(`"use strict"; const ${name} = 1;`)).not.toThrow();
  });

  it("gives reserved words and imported names another one", () => {
    const { tool } = nameAll(serverOf(["delete", "await", "z", "define_tool"], []));
    expect(Object.fromEntries(tool)).toEqual({
      delete: "deleteTool",
      await: "awaitTool",
      z: "zTool",
      define_tool: "defineToolTool",
    });
  });

  it("keeps clear of every value that generated code can import", () => {
    const codegen = readFileSync(new URL("../../../runtime/src/codegen.ts", import.meta.url), "utf8");
    const exported = [
      ...[...codegen.matchAll(/^export (?:function|const) (\w+)/gm)].map((match) => match[1] as string),
      ...[...codegen.matchAll(/^export \{([^}]*)\}/gm)].flatMap((match) => (match[1] as string).match(/\w+/g) ?? []),
    ];
    expect(exported).toContain("defineTool");
    expect(importedValues.split(" ")).toEqual(expect.arrayContaining(exported));
  });

  it("does not depend on the order of tools", () => {
    const names = ["a_b", "delete", "delete_tool"];
    const forward = nameAll(serverOf(names, [])).tool;
    const backward = nameAll(serverOf(names.toReversed(), [])).tool;
    expect(Object.fromEntries(forward)).toEqual(Object.fromEntries(backward));
  });
});

describe("camelCase", () => {
  it("joins words", () => {
    expect(camelCase("create_voucher")).toBe("createVoucher");
    expect(pascalCase("create_voucher")).toBe("CreateVoucher");
  });

  it("keeps different names apart", () => {
    const names = ["a_1", "a1", "a__b", "a_b", "ab", "a_", "a__", "a__1"];
    expect(new Set(names.map(camelCase)).size).toBe(names.length);
  });
});

function serverOf(tools: readonly string[], schemas: readonly string[]): ServerIr {
  return {
    tools: tools.map((name) => ({ name, inputs: [] })),
    schemas: Object.fromEntries(schemas.map((name) => [name, {}])),
    content: {},
  } as unknown as ServerIr;
}
