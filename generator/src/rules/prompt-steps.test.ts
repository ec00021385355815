import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

const tools = { list_them: "description: R.\nrequest: GET /v\n" };
const problems = (text: string, name = "set_up") =>
  problemsOf({ tools, files: { [`prompts/${name}.yaml`]: `title: T\ndescription: D.\n${text}` } });

test("refuses a step that calls a tool which is not there", async () => {
  expect(await problems("steps: [{ call: list_then, to: see }]\n")).toEqual([
    'prompts/set_up.yaml:3:17 unknown-tool-call: there is no tool "list_then" | did you mean "list_them"?',
  ]);
});

test("refuses placeholders without an argument, and arguments without a place", async () => {
  const text =
    "arguments: { site: { description: D }, goal?: { description: D } }\nsteps: [{ say: 'See {sit} and {goal}.' }]\n";
  expect(await problems(text)).toEqual([
    "prompts/set_up.yaml:3:14 prompt-placeholder: the argument site stands nowhere in the text | write {site}, or remove it",
    "prompts/set_up.yaml:3:40 prompt-placeholder: goal may be left out, and nothing says what stands in its place | add otherwise: some words",
    'prompts/set_up.yaml:4:16 prompt-placeholder: there is no argument "sit" | did you mean "site"?',
  ]);
});

test("refuses a step that both calls and says, and a name with other letters", async () => {
  expect(await problems("steps: [{ call: list_them, say: x }]\n")).toEqual([
    "prompts/set_up.yaml:3:9 invalid-value: steps[0]: a map does not fit | write { call: tool, to: … } or { say: … }",
  ]);
  expect(await problems("steps: [{ say: x }]\n", "Set-Up")).toEqual([
    'prompts/Set-Up.yaml:1:1 prompt-name: "Set-Up" is no name of a prompt: lower-case letters, digits and _, at most 40 | rename the file',
  ]);
});
