import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

test("refuses references that lead nowhere, inside shared schemas too", async () => {
  const server = "schemas: { Money: { properties: { unit: { $ref: '#/schemas/Unit' } } } }\n";
  const inputs =
    "inputs: { a: { $ref: '#/schemas/Mony' }, b: { items: { $ref: '#/schemas/Money' } }, c: { $ref: '#/$defs/X' } }\n";
  expect(await problemsOf({ server, tools: { a: `description: R.\nrequest: GET /v\n${inputs}` } })).toEqual([
    `server.yaml:10:49 unknown-ref: "#/schemas/Unit" leads nowhere | known: #/schemas/Money`,
    `tools/a.yaml:3:22 unknown-ref: "#/schemas/Mony" leads nowhere | did you mean "#/schemas/Money"?`,
    `tools/a.yaml:3:96 unknown-ref: "#/$defs/X" leads nowhere | known: #/schemas/Money`,
  ]);
});
