import { expect, test } from "vitest";
import { authProblems, oauth, problemsOf } from "../../../test/golden/folder.ts";

const tool = (description: string, inputs = "") => `description: "${description}"\nrequest: GET /v\n${inputs}`;

const hiddenCharacters = [
  ..."\\x00 \\e[2J \\u200b \\u202e \\u2028 \\uFEFF \\U000E0041 \\uDB40 \\u3164 \\uFE01".split(" "),
];

test.for(hiddenCharacters)("refuses %s in a description", async (hidden) => {
  const [line] = await problemsOf({ tools: { a: tool(`Read${hidden} one.`) } });
  expect(line).toContain("tools/a.yaml:1:14 invisible-text: description holds U+");
});

test("refuses them in schemas, keys included, and in server.yaml", async () => {
  const inputs = 'inputs: { a: { type: object, properties: { "b\\u200b": { title: "c\\u200b" } } } }\n';
  const server = 'instructions: "Do\\u200bthis."\nwithheld: [{ capability: "x\\u200b", reason: y }]\n';
  const rest = "models read and people do not see | remove the character";
  expect(await problemsOf({ server, tools: { a: tool("Read.", inputs) } })).toEqual([
    `server.yaml:10:15 invisible-text: instructions holds U+200B at character 3, which ${rest}`,
    `server.yaml:11:26 invisible-text: withheld[0].capability holds U+200B at character 2, which ${rest}`,
    `tools/a.yaml:3:44 invisible-text: inputs.a.properties.b\u{fffd} holds U+200B at character 2, which ${rest}`,
    `tools/a.yaml:3:64 invisible-text: inputs.a.properties.b\u{fffd}.title holds U+200B at character 2, which ${rest}`,
  ]);
});

test("refuses them in the words and addresses of a login", async () => {
  const scheme = oauth('audience: "https://x.example/m\\u00adcp"').replace("title: Shop", 'title: "Sh\\u200bop"');
  expect((await authProblems([scheme])).map((line) => line.replace(/^\S+ (.*), which.*/, "$1"))).toEqual([
    "invisible-text: auth[0].oauth.tenant.title holds U+200B at character 3",
    "invisible-text: auth[0].oauth.audience holds U+00AD at character 20",
  ]);
});

test("takes line breaks, accents, other scripts and emoji", async () => {
  expect(await problemsOf({ tools: { a: tool("Lies Gutscheine.\\nÉté, 凭证, ваучер ⚠️ 🎟") } })).toEqual([]);
});
