import { expect, test } from "vitest";
import { problemsWith } from "../../../test/golden/folder.ts";
import { misfits } from "../schema/misfits.ts";

const recipe =
  "{ type: object, required: [key, steps], properties: { key: { type: string }, steps: { type: array, items: { type: string, maxLength: 5 } } }, additionalProperties: false }";
const server = `content: { recipes: { key: key, schema: ${recipe}, fallback: generic } }\n`;
const generic = { "content/recipes/generic.yaml": "steps: [one]\n" };
const problems = (files: Readonly<Record<string, string>>) => problemsWith({ server, tools: {}, files }, { misfits });

test("says all that does not fit, where it stands", async () => {
  const text = "stps: []\nsteps:\n  - one\n  - seventh\n  - 3\n";
  expect(await problems({ ...generic, "content/recipes/wix.yaml": text })).toEqual([
    'content/recipes/wix.yaml:1:1 content-entry: there is no member "stps" | known: key, steps',
    'content/recipes/wix.yaml:4:5 content-entry: "seventh" does not fit (in steps) | write a value of type: "string", maxLength: 5',
    'content/recipes/wix.yaml:5:5 content-entry: 3 does not fit (in steps) | write a value of type: "string", maxLength: 5',
  ]);
  expect(await problems({ ...generic, "content/recipes/wix.yaml": "key: wix\n" })).toEqual([
    "content/recipes/wix.yaml:1:1 content-entry: steps is missing | add steps:",
  ]);
});

test("refuses an entry whose key is not its file's, and files that are told apart by case only", async () => {
  const files = {
    ...generic,
    "content/recipes/wix.yaml": "key: wx\nsteps: []\n",
    "content/recipes/Wix.yaml": "steps: []\n",
  };
  expect(await problems(files)).toEqual([
    "content/recipes/wix.yaml:1:1 content-key: the entry wix stands in s/content/recipes/Wix.yaml already | rename or remove one of the two files",
    'content/recipes/wix.yaml:1:6 content-key: key is "wx", and the file is named wix | make the two alike, or leave the member out',
  ]);
});

test("refuses a name that is no key, and what is no entry", async () => {
  const files = { ...generic, "content/recipes/a b.yaml": "steps: []\n", "content/recipes/notes.md": "x" };
  expect(await problems(files)).toEqual([
    'content/recipes/a b.yaml:1:1 content-key: "a b" is no key: letters, digits, ., _ and -, at most 64 | rename the file',
    "content/recipes/notes.md:1:1 stray-file: s/content/recipes holds entries only | move it away, or name it <name>.yaml",
  ]);
});

test("refuses a fallback that is not there, and a folder that is no collection", async () => {
  expect(await problems({ "content/recipe/wix.yaml": "steps: []\n" })).toEqual([
    'content/recipe:1:1 unknown-content: "recipe" is no collection | did you mean "recipes"?',
    'server.yaml:10:224 content-fallback: there is no entry "generic" to fall back on | add content/recipes/generic.yaml',
  ]);
});
