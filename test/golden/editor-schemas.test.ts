import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { editorSchemas } from "../../generator/src/spec/editor-schemas.ts";
import { errorCodes } from "../../generator/src/spec/expectations.ts";
import { serverShape } from "../../generator/src/spec/server-shape.ts";
import { checkShape } from "../../generator/src/spec/shape.ts";
import { checkTool } from "../../generator/src/spec/tool-shape.ts";
import { readYaml } from "../../generator/src/spec/yaml.ts";
import { errorTable } from "../../runtime/src/errors.ts";

const root = join(import.meta.dirname, "../..");
const ajv = new Ajv({ strict: false });
const validators = {
  server: ajv.compile(JSON.parse(editorSchemas()["server.schema.json"] ?? "")),
  tool: ajv.compile(JSON.parse(editorSchemas()["tool.schema.json"] ?? "")),
};

/** What JSON Schema cannot say, and an editor therefore lets pass: durations. */
const beyondEditors = /duration|kinds/;

const files = globSync(["specs/*/{server,tools/*}.yaml", "test/golden/specs/*/specs/{server,tools/*}.yaml"], { cwd: root }).sort();

test.for(files)("lets editors and generator agree about %s", (path) => {
  const { file } = readYaml(path, readFileSync(join(root, path), "utf8"));
  if (file === undefined) return;
  const kind = path.endsWith("server.yaml") ? "server" : "tool";
  const problems = kind === "server" ? checkShape(serverShape, file.data) : checkTool(file.data);
  const seen = problems.filter(({ rule, mend }) => rule !== "literal-secret" && !beyondEditors.test(mend ?? ""));
  expect({ path, fits: validators[kind](file.data) }).toEqual({ path, fits: seen.length === 0 });
});

test("knows the runtime's error codes, all of them and no others", () => {
  expect([...errorCodes].sort()).toEqual(Object.keys(errorTable).sort());
});
