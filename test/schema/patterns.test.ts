import { expect, test } from "vitest";
import { compile } from "./compile.ts";

test("generated code reads a slow pattern in linear time, and says what must match", () => {
  const { source, validator } = compile({ type: "string", pattern: "^(?:a|aa)+$", maxLength: 40 });
  expect(source).toContain("linear(/^(?:a|aa)+$/u, 40)");
  expect(validator.safeParse("a".repeat(40)).success).toBe(true);
  const refused = validator.safeParse(`${"a".repeat(39)}!`);
  expect(refused.error?.issues).toMatchObject([{ code: "invalid_format", format: "regex", pattern: "/^(?:a|aa)+$/u" }]);
  expect(validator.safeParse("a".repeat(1_000_000)).success).toBe(false);
});

test("slow patterns name members, too, also those that are left over", () => {
  const { validator } = compile({
    type: "object",
    patternProperties: { "^(a+)+(?=b)": { type: "number" } },
    unevaluatedProperties: false,
  });
  const long = "a".repeat(30);
  expect(validator.safeParse({ [`${long}b`]: 1 }).success).toBe(true);
  for (const value of [{ [`${long}b`]: "1" }, { [long]: 1 }]) expect(validator.safeParse(value).success).toBe(false);
});
