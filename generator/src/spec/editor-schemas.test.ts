import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { editorSchemas } from "./editor-schemas.ts";

const folder = join(import.meta.dirname, "../../schema");

test.for(Object.entries(editorSchemas()))("ships %s as the shapes say", ([name, text]) => {
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(join(folder, name), text);
  expect(readFileSync(join(folder, name), "utf8")).toBe(text);
});

interface Property {
  readonly description?: string;
  /** Where draft 7 puts what stands beside a `$ref`. */
  readonly allOf?: readonly Property[];
}

test("describes every key of a tool and of a server for hover texts", () => {
  for (const text of Object.values(editorSchemas())) {
    const properties: Record<string, Property> = JSON.parse(text).properties;
    const silent = Object.entries(properties).filter(
      ([, { description, allOf }]) => !(description ?? allOf?.[0]?.description),
    );
    expect(silent).toEqual([]);
  }
});
