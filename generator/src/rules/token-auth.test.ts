import { expect, test } from "vitest";
import { memoryHost, serverYaml } from "../../../test/golden/folder.ts";
import { loadServer } from "../load.ts";

async function problems(token: string): Promise<readonly string[]> {
  const text = serverYaml.replace("scopes:", `  - token: { ${token} }\nscopes:`);
  const { diagnostics } = await loadServer("s", memoryHost({ "s/server.yaml": text }));
  return diagnostics.map(
    ({ rule, message, mend, span }) => `${span.start.line}:${span.start.column} ${rule}: ${message} | ${mend}`,
  );
}

test("refuses tokens that look like keys", async () => {
  expect(await problems("prefix: sh_, validation: local, grants: [READ]")).toEqual([
    "9:22 token-auth: sh_ and sh_ak_ cannot be told apart | choose another prefix",
  ]);
});

test("refuses to grant a scope that is not declared, and more days than the maximum", async () => {
  expect(await problems("prefix: tok_, validation: local, grants: [REED], ttlDays: { default: 9, max: 5 }")).toEqual([
    '9:56 token-auth: scope "REED" is not declared | did you mean "READ"?',
    "9:83 token-auth: the default of 9 days is above the maximum of 5 | lower it",
  ]);
});

test("refuses to let an upstream validate tokens that it does not get", async () => {
  expect(await problems("prefix: tok_, validation: delegated, grants: [READ]")).toEqual([
    "9:40 token-auth: the upstream is to validate the tokens, and does not get them | write credentials: forward under upstream",
  ]);
});
