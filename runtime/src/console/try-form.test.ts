import { describe, expect, it } from "vitest";
import { fieldsOf, readInput } from "./try-form.ts";

const schema = {
  type: "object",
  properties: {
    count: { type: "integer", description: "How many" },
    kind: { type: "string", enum: ["A", "B"] },
    tags: { type: "array" },
    active: { type: "boolean" },
    name: { type: "string" },
    dry_run: { type: "boolean" },
    confirm: { type: "boolean" },
    discount: { $ref: "#/$defs/Discount" },
  },
  $defs: { Discount: { type: "string", enum: ["PERCENTAGE"], description: "How it is read" } },
  required: ["count"],
};

describe("the form of a tool", () => {
  it("asks for every input but the language's own", () => {
    const fields = fieldsOf(schema);
    expect(fields.map(({ name, kind, isRequired }) => [name, kind, isRequired])).toEqual([
      ["count", "integer", true],
      ["kind", "choice", false],
      ["tags", "json", false],
      ["active", "boolean", false],
      ["name", "text", false],
      ["discount", "choice", false],
    ]);
  });

  const read = (text: string) => readInput(fieldsOf(schema), new URLSearchParams(text));

  it("is read as arguments, what is empty left out, what is not asked for too", () => {
    expect(read("in.count=5&in.kind=A&in.tags=[1]&in.active=false&in.name=&in.dry_run=false&other=1")).toEqual({
      count: 5,
      kind: "A",
      tags: [1],
      active: false,
    });
  });

  it("leaves it to the tool to refuse what is no number, and says where JSON is none", () => {
    expect(read("in.count=many")).toEqual({ count: "many" });
    expect(String(read("in.tags=["))).toContain("tags is no JSON");
  });
});
