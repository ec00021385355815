import { expect, it, test } from "vitest";
import { type Caller, type ParsedCall, Secret } from "../call.ts";
import type { DispositionRule, JsonObject, Tool } from "../codegen.ts";
import { decide } from "./decide.ts";
import { isWeaker, overridden, overrideProblem } from "./override.ts";
import { ruleOn } from "./rules.ts";

const caller: Caller = {
  tenant: "acme",
  kind: "agent",
  id: "k1",
  name: "Bot",
  scopes: new Set(["WRITE"]),
  bypasses: new Set(),
  credential: new Secret("s3cret"),
};

/** A Monday, 09:30 UTC. */
const atMs = Date.UTC(2026, 0, 5, 9, 30);

const ruled = (rules: readonly DispositionRule[], input: JsonObject = {}) => ruleOn(rules, { input, caller, atMs });
const holds = (when: string, input: JsonObject = {}) =>
  ruled([{ when, then: "confirm" }, { otherwise: "auto" }], input).then;

it("takes the first rule that holds, and says which", () => {
  const rules: readonly DispositionRule[] = [
    { when: "input.amount > 500", then: "approval" },
    { when: "input.amount > 100", then: "confirm" },
    { otherwise: "auto" },
  ];
  expect(ruled(rules, { amount: 501 })).toEqual({ then: "approval", why: "a rule says so where input.amount > 500" });
  expect(ruled(rules, { amount: 500 }).then).toBe("confirm");
  expect(ruled(rules, { amount: 100 })).toEqual({ then: "auto", why: "no rule of this tool says otherwise" });
});

test.each([
  ["input.n == 3", { n: 3 }, "confirm"],
  ["input.n + 1.0 == 4", { n: 3 }, "confirm"],
  ["2.0 * input.n / 3.0 >= 2", { n: 3 }, "confirm"],
  ["double(size(input.rows)) * input.n == 6", { rows: [1, 2], n: 3 }, "confirm"],
  ["has(input.note) && input.note.contains('x')", {}, "auto"],
  ["size(input.rows) > 1 && input.rows.exists(row, row.sum > 9)", { rows: [{ sum: 1 }, { sum: 10 }] }, "confirm"],
  ["caller.tenant == 'acme' && caller.kind == 'agent' && 'WRITE' in caller.scopes && caller.role == ''", {}, "confirm"],
  ["now.getHours() >= 8 && now.getDayOfWeek() == 1", {}, "confirm"],
  ["now > timestamp('2026-01-05T09:30:00Z')", {}, "auto"],
] as const)("decides %s of %j", (when, input, then) => {
  expect(holds(when, input)).toBe(then);
});

test.each([
  ["an input that was not given", "input.missing > 1"],
  ["a member that objects have by themselves", "input.constructor == 1"],
  ["the credential", "caller.credential != ''"],
  ["a type that does not fit", "input.text > 1"],
  ["what is neither true nor false", "input.text"],
  ["what cannot be read", "input."],
  ["a variable that is not there", "process == 1"],
])("makes a call wait for an operator by %s", (_, when) => {
  expect(ruled([{ when, then: "auto" }, { otherwise: "auto" }], { text: "a" })).toEqual({
    then: "approval",
    why: `a rule cannot be decided: ${when}`,
  });
});

it("makes a call wait where no rule is left", () => {
  expect(ruled([{ when: "false", then: "auto" }]).then).toBe("approval");
});

test.each([
  [{ sum: 1 }, {}, "run"],
  [{ sum: 50 }, {}, "confirm"],
  [{ sum: 50 }, { confirm: true }, "run"],
  [{ sum: 900 }, { confirm: true }, "approval"],
  [{}, {}, "approval"],
  [{ sum: 900 }, { dryRun: true }, "dry_run"],
] as const)("is what a call of %j with %j is decided by: %s", (input, controls, kind) => {
  const disposition: readonly DispositionRule[] = [
    { when: "input.sum > 500", then: "approval" },
    { when: "input.sum > 10", then: "confirm" },
    { otherwise: "auto" },
  ];
  const call = {
    tool: { name: "pay", access: "write", dryRun: "plan", disposition },
    caller,
    atMs,
    input,
    controls: { dryRun: false, confirm: false, ...controls },
    canAsk: false,
  };
  expect(decide(call as unknown as ParsedCall).kind).toBe(kind);
});

it("lets a tenant's policy replace rules, but no person's yes", () => {
  const tool = (then: "approval" | "confirm"): Tool =>
    ({ name: "pay", access: "write", disposition: [{ when: "true", then }, { otherwise: "auto" }] }) as unknown as Tool;
  const confirming = tool("confirm");
  const { disposition } = confirming;
  expect(overridden(tool("approval"), "auto")).toBe("auto");
  expect(overridden(confirming, "auto")).toBe(disposition);
  expect(overridden(tool("confirm"), "pending_approval")).toBe("approval");
  const threshold = { mode: "pending_approval", threshold_count: 5 } as const;
  expect(overridden(tool("approval"), threshold)).toBe("approval");
  expect(overrideProblem(tool("approval"), threshold)).toContain("counts nothing");
  expect(overrideProblem(tool("confirm"), "auto")).toContain("asks the person");
  expect(isWeaker("approval", disposition)).toBe(true);
  expect(isWeaker(disposition, "auto")).toBe(true);
  expect(isWeaker(disposition, "approval")).toBe(false);
});
