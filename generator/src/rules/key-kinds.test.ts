import { expect, test } from "vitest";
import { memoryHost, serverYaml } from "../../../test/golden/folder.ts";
import { loadServer } from "../load.ts";

test("refuses kinds that cannot be told apart, and a default beyond the maximum", async () => {
  const kinds = "{ agent: { prefix: sh_ }, secret: { prefix: sh_sk_, ttlDays: { default: 31, max: 30 } } }";
  const text = serverYaml.replace("{ agent: { prefix: sh_ak_, scoped: true } }", kinds);
  const { diagnostics } = await loadServer("s", memoryHost({ "s/server.yaml": text }));
  expect(diagnostics.map(({ rule, message, span }) => `${span.start.line} ${rule}: ${message}`)).toEqual([
    "8 key-kinds: keys of secret and of agent cannot be told apart: sh_sk_ and sh_",
    "8 key-kinds: the default of 31 days is above the maximum of 30",
  ]);
});

test.for([
  ["token", "connection tokens are"],
  ["oauth", "people who log in are"],
])("leaves the kind %s to those who are no keys", async ([kind, words]) => {
  const text = serverYaml.replace("{ agent: { prefix: sh_ak_, scoped: true } }", `{ ${kind}: { prefix: sh_tk_ } }`);
  const { diagnostics } = await loadServer("s", memoryHost({ "s/server.yaml": text }));
  expect(diagnostics.map(({ rule, message }) => `${rule}: ${message}`)).toContain(
    `key-kinds: ${words} the kind ${kind}, so no kind of key can be`,
  );
});
