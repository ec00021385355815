import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

const head = "description: Pay.\nscope: WRITE\nrequest: POST /v\n";
const inputs =
  "inputs: { amount: integer, note?: string, rows?: { type: array, items: { type: object } }, to: { type: object, properties: { iban: { type: string } }, additionalProperties: false } }\n";

const pay = (rules: string) => `${head}disposition:\n${rules}${inputs}`;
const ruled = (when: string) => pay(`  - { when: '${when}', then: approval }\n  - { otherwise: auto }\n`);
const problems = (text: string) => problemsOf({ server: "approvals: {}\n", tools: { pay: text } });

test.each([
  "input.amount > 500",
  "input.amount == 500 || 2.0 * input.amount / 3.0 > 9",
  'has(input.note) && input.note.startsWith("x")',
  "size(input.rows) > 3 && input.rows.exists(row, row.sum > 9)",
  'input.to.iban == "DE" && caller.kind == "agent" && !("WRITE" in caller.scopes)',
  "now.getHours() < 8",
])("takes %s", async (when) => {
  expect(await problems(ruled(when))).toEqual([]);
});

test("says how numbers are calculated with", async () => {
  expect(await problems(ruled("input.amount + 1 > 9"))).toEqual([
    'tools/pay.yaml:5:13 condition: the condition is not sound: no such overload: double + int at "input.amount + 1 > 9" | the numbers of a call are doubles: write 2.0 for 2, or double(…)',
  ]);
});

const mend =
  "there are input.amount, input.note, input.rows, input.to, caller.tenant, caller.kind, caller.id, caller.name, caller.scopes, caller.role, now";

test.each([
  ["input.amuont > 500", `No such key: amuont at "amuont > 500" | ${mend}`],
  ['input.amount > "500"', `no such overload: double > string at "input.amount > \\"500\\"" | ${mend}`],
  ["caller.trusted", `No such key: trusted at "trusted" | ${mend}`],
  ["input.to.bic == input.note", `No such key: bic at "bic == input.note" | ${mend}`],
  ["process.exit()", `Unknown variable: process at "process.exit()" | ${mend}`],
])("refuses %s, with its place", async (when, said) => {
  expect(await problems(ruled(when))).toEqual([`tools/pay.yaml:5:13 condition: the condition is not sound: ${said}`]);
});

test.each([
  ["input.note", "the condition is string, and not true or false | compare it with something"],
  ['input.note.matches("a+")', "patterns may take long | use startsWith, endsWith, contains or =="],
  ["input.rows.all(x, input.rows.exists(y, x == y))", "exists stands inside another loop | look at one list at a time"],
])("refuses %s", async (when, said) => {
  expect(await problems(ruled(when))).toEqual([`tools/pay.yaml:5:13 condition: ${said}`]);
});

test("wants a last rule that says what else happens, and none behind it", async () => {
  expect(await problems(pay("  - { when: 'input.amount > 1', then: approval }\n"))).toEqual([
    "tools/pay.yaml:5:5 condition: nothing says what happens where no rule holds | add - { otherwise: approval } at the end",
  ]);
  const early = "  - { otherwise: auto }\n  - { when: 'input.amount > 1', then: confirm }\n  - { otherwise: auto }\n";
  expect(await problems(pay(early))).toEqual([
    "tools/pay.yaml:5:18 condition: no rule behind this one is ever reached | make it the last",
  ]);
});

test("needs approvals where a rule may make a call wait", async () => {
  expect(await problemsOf({ tools: { pay: ruled("input.amount > 1") } })).toEqual([
    expect.stringContaining("approvals-needed: calls would wait for an operator"),
  ]);
});
