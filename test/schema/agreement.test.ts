/** What is written for a schema accepts what the schema accepts. Ajv 2020 with ajv-formats is the referee. */
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkSchema } from "../../generator/src/schema/check.ts";
import { holds } from "../../generator/src/schema/holds.ts";
import type { Side } from "../../generator/src/schema/scope.ts";
import { compile } from "./compile.ts";
import { plainFormats, type Schema, schemaArbitrary, value } from "./grammar.ts";
import { isKept } from "./kept.ts";

const names = ["First", "Second"];
const seed = 20_261_120;
/** The breadth is `npm run fidelity`'s. */
const runs = 250;
/** Milliseconds. Ajv compiles some hundred schemas; on a busy machine that takes a while. */
const timeout = 30_000;

interface Case {
  readonly schema: Schema;
  readonly definitions: Readonly<Record<string, Schema>>;
  readonly values: readonly unknown[];
}

function cases(formats?: readonly string[]): fc.Arbitrary<Case> {
  const schema = schemaArbitrary(names, formats);
  const values = fc.array(value, { minLength: 12, maxLength: 12 });
  return fc.record({ schema, definitions: fc.record({ First: schema, Second: schema }), values });
}

/** Run over schemas that the door lets through, and show that there were enough of them, and of both verdicts. */
function forSound(
  options: { readonly side: Side; readonly formats?: readonly string[] },
  body: (sound: Case, verdicts: { true: number; false: number }) => void,
): void {
  const { side, formats } = options;
  const verdicts = { true: 0, false: 0 };
  let sound = 0;
  const property = fc.property(cases(formats), (each) => {
    const scope = { definitions: each.definitions, side };
    if ([each.schema, ...Object.values(each.definitions)].some((schema) => checkSchema(schema, scope).length > 0))
      return;
    sound += 1;
    body(each, verdicts);
  });
  fc.assert(property, { numRuns: runs, seed });
  expect(sound).toBeGreaterThan(runs / 2);
  expect(Math.min(verdicts.true, verdicts.false)).toBeGreaterThan(runs);
}

test.each<Side>(["input", "output"])(
  "accepts on the %s side exactly what the referee accepts",
  (side) => {
    forSound({ side }, ({ schema, definitions, values }, verdicts) => {
      if (isBeyondReferee({ schema, definitions })) return;
      const ajv = new Ajv2020({ strict: false, logger: false, ownProperties: true });
      (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
      const referee = ajv.compile(typeof schema === "boolean" ? schema : { ...schema, $defs: definitions });
      const { validator, source } = compile(schema, { definitions, side });
      for (const each of values) {
        const expected = verdictOf(referee, each);
        if (expected === undefined) continue;
        expect(validator.safeParse(each).success, `${JSON.stringify(each)}\n${source}`).toBe(expected);
        verdicts[`${expected}`] += 1;
      }
    });
  },
  timeout,
);

test(
  "agrees with the generator's own reading of schemas, also where the referee errs",
  () => {
    forSound({ side: "output", formats: plainFormats }, ({ schema, definitions, values }, verdicts) => {
      const { validator, source } = compile(schema, { definitions, side: "output" });
      for (const each of values) {
        const expected = holds(schema, each, { definitions, side: "output" });
        expect(validator.safeParse(each).success, `${JSON.stringify(each)}\n${source}`).toBe(expected);
        verdicts[`${expected}`] += 1;
      }
    });
  },
  timeout,
);

test(
  "returns what it accepted, unaltered but for defaults",
  () => {
    forSound({ side: "input" }, ({ schema, definitions, values }, verdicts) => {
      const { validator, source } = compile(schema, { definitions, side: "input" });
      for (const each of values) {
        const before = structuredClone(each);
        const result = validator.safeParse(each);
        verdicts[`${result.success}`] += 1;
        expect(each).toEqual(before);
        if (result.success) expect(isKept(each, result.data), `${JSON.stringify(result.data)}\n${source}`).toBe(true);
      }
    });
  },
  timeout,
);

/** Ajv's code for members of alternatives sometimes throws, where no verdict is to be had. */
function verdictOf(referee: (value: unknown) => unknown, each: unknown): boolean | undefined {
  try {
    return referee(each) === true;
  } catch {
    return undefined;
  }
}

/**
 * Ajv 8.20 lets an empty array pass `contains` beside `prefixItems`, ignores what an `if` without branches evaluates, and
 * takes inherited names for evaluated ones. The second test decides those.
 */
function isBeyondReferee(parts: unknown): boolean {
  const text = JSON.stringify(parts);
  return text.includes('"unevaluated') || (text.includes('"contains"') && text.includes('"prefixItems"'));
}
