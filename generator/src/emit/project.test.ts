import { expect, it } from "vitest";
import { createSourceProject } from "./project.ts";

it("refuses text that does not parse, and says where", () => {
  const project = createSourceProject();
  expect(() => project.create("a.ts", { text: "export const a = ;\n", statements: 1 })).toThrow(
    /a\.ts does not parse: .*at 17/,
  );
});

it("refuses text that holds more than was written: something escaped from a literal", () => {
  const text = 'export const a = ""; process.exit(); "";\n';
  expect(() => createSourceProject().create("a.ts", { text, statements: 1 })).toThrow("3 statements instead of 1");
});

it("takes the same path twice", () => {
  const project = createSourceProject();
  const source = { text: "export const a = 1;\n", statements: 1 };
  project.create("a.ts", source);
  expect(() => project.create("a.ts", source)).not.toThrow();
});
