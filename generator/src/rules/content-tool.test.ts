import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

const server = "content: { recipes: { key: k, schema: { type: object, properties: { k: { type: string } } } } }\n";
const problems = (text: string) => problemsOf({ server, tools: { a: `description: R.\n${text}` } });

test("refuses a collection, a member or an input that there is not", async () => {
  expect(await problems("content: { list: recipe, fields: [k] }\n")).toEqual([
    'tools/a.yaml:2:18 content-tool: there is no content "recipe" | did you mean "recipes"?',
  ]);
  expect(await problems("content: { list: recipes, fields: [k, name] }\n")).toEqual([
    'tools/a.yaml:2:39 content-tool: entries of recipes have no member "name" | known: k',
  ]);
  expect(await problems("content: { get: recipes, by: key }\ninputs: { keys: string }\n")).toEqual([
    'tools/a.yaml:2:30 content-tool: there is no input "key" | did you mean "keys"?',
    "tools/a.yaml:3:11 content-tool: keys goes nowhere: content is chosen by key | remove it",
  ]);
});

test("refuses a key that may be left out", async () => {
  expect(await problems("content: { get: recipes, by: key }\ninputs: { key?: string }\n")).toEqual([
    "tools/a.yaml:3:11 content-tool: key chooses the entry and cannot be left out | write key:",
  ]);
});

test("refuses what speaks of a request, and a request beside it", async () => {
  const list = "content: { list: recipes, fields: [k] }\n";
  expect(await problems(`${list}dryRun: plan\n`)).toEqual([
    "tools/a.yaml:3:1 content-tool: a tool that answers from content is a read without a request, so dryRun says nothing | remove it",
  ]);
  expect(await problems(`${list}request: GET /v\n`)).toEqual([
    "tools/a.yaml:2:1 request-and-content: a tool answers by a request or from content, not by both | keep one of them",
  ]);
});
