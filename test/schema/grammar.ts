/** Arbitrary schemas of the supported grammar, and values that lie near their edges. */
import fc from "fast-check";

export type Schema = boolean | { readonly [keyword: string]: unknown };

/** Few names, so that members, requirements and references meet. `constructor` is one that every object inherits. */
const names = ["a", "b", "x-c", "constructor", "größe"];

/** Texts whose length differs by how one counts, and that formats nearly or wholly accept. */
const texts: readonly string[] = [
  ...["", "a", "ab", "abc", "A1", "😀", "😀😀", "e\u0301", "\u2028", "\ud800", "1", "10"],
  ...["2024-02-29", "2023-02-29", "2024-02-29T10:00:00Z", "2024-02-29 10:00:00+0100", "10:00:00Z", "24:00:00Z"],
  ...[
    "2EB8AA08-AA98-11EA-B4AA-73B441D16380",
    "urn:uuid:2eb8aa08-aa98-11ea-b4aa-73b441d16380",
    "2EB8AA08-AA98-11EA-B4AA-73B441D1638",
  ],
  ...[
    "a@b.co",
    "a@b",
    "127.0.0.1",
    "127.0.0.01",
    "::1",
    "1::2::3",
    "http://a.b/c?d#e",
    "a:",
    "/b",
    "P1D",
    "P",
    "a.b-c",
    "-a",
  ],
];

const numbers: readonly number[] = [0, -0, 1, 2, 3, 10, -1, 0.5, 1.5, 2.5, 1e15 + 1, 2 ** 31, 2 ** 31 - 1, 2 ** 53 - 1];

const text = fc.constantFrom(...texts);
const number = fc.constantFrom(...numbers);
const scalar: fc.Arbitrary<unknown> = fc.oneof(text, number, fc.boolean(), fc.constant(null));

/** Any JSON value of a few levels, built of the same few parts as the schemas. */
export const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small" }, { weight: 3, arbitrary: scalar }, tie("array"), tie("object")),
  array: fc.array(tie("value"), { maxLength: 4 }),
  object: fc.dictionary(fc.constantFrom(...names), tie("value"), { maxKeys: 4, noNullPrototype: true }),
})).value;

const types = ["string", "number", "integer", "boolean", "null", "array", "object"];
const allFormats = [
  "date",
  "date-time",
  "time",
  "uuid",
  "email",
  "ipv4",
  "ipv6",
  "uri",
  "uri-reference",
  "duration",
  "hostname",
  "int32",
  "int64",
  "colour",
];
/** Formats that the generator reads just as the runtime does. */
export const plainFormats = ["int32", "int64", "colour"];

const patterns = ["^a", "^[A-Z]\\d$", "^\\p{L}+$", "^.{1,2}$", "^x-", "b$"];
const count = fc.nat({ max: 3 });

/** A schema of a few levels. `definitions` may be referred to, in any place. */
export function schemaArbitrary(
  definitions: readonly string[],
  formats: readonly string[] = allFormats,
): fc.Arbitrary<Schema> {
  return fc.letrec<{ schema: Schema; object: Schema }>((tie) => {
    const inner = tie("schema");
    const some = fc.array(inner, { minLength: 1, maxLength: 3 });
    const members = fc.dictionary(fc.constantFrom(...names), inner, { maxKeys: 3, noNullPrototype: true });
    const keyword: fc.Arbitrary<readonly [string, unknown]> = fc.oneof(
      fc.tuple(
        fc.constant("type"),
        fc.oneof(fc.constantFrom(...types), fc.uniqueArray(fc.constantFrom(...types), { minLength: 1, maxLength: 3 })),
      ),
      fc.tuple(fc.constantFrom("enum"), fc.array(value, { minLength: 1, maxLength: 4 })),
      fc.tuple(fc.constant("const"), value),
      fc.tuple(fc.constantFrom("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), number),
      fc.tuple(fc.constant("multipleOf"), fc.constantFrom(1, 2, 0.5, 3)),
      fc.tuple(
        fc.constantFrom("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
        count,
      ),
      fc.tuple(fc.constant("pattern"), fc.constantFrom(...patterns)),
      fc.tuple(fc.constant("format"), fc.constantFrom(...formats)),
      fc.tuple(
        fc.constantFrom("items", "contains", "additionalProperties", "unevaluatedItems", "unevaluatedProperties"),
        inner,
      ),
      fc.tuple(fc.constantFrom("propertyNames", "not", "if", "then", "else"), inner),
      fc.tuple(fc.constantFrom("minContains", "maxContains"), count),
      fc.tuple(fc.constant("uniqueItems"), fc.boolean()),
      fc.tuple(fc.constantFrom("prefixItems", "allOf", "anyOf", "oneOf"), some),
      fc.tuple(fc.constantFrom("properties", "dependentSchemas"), members),
      fc.tuple(
        fc.constant("patternProperties"),
        fc.dictionary(fc.constantFrom(...patterns), inner, { minKeys: 1, maxKeys: 2, noNullPrototype: true }),
      ),
      fc.tuple(fc.constant("required"), fc.uniqueArray(fc.constantFrom(...names), { maxLength: 2 })),
      fc.tuple(
        fc.constant("dependentRequired"),
        fc.dictionary(fc.constantFrom(...names), fc.uniqueArray(fc.constantFrom(...names), { maxLength: 2 }), {
          maxKeys: 2,
          noNullPrototype: true,
        }),
      ),
      ...(definitions.length > 0
        ? [fc.tuple(fc.constant("$ref"), fc.constantFrom(...definitions.map((name) => `#/$defs/${name}`)))]
        : []),
    );
    // What people write: one type and that type's keywords.
    const usual = fc.record(
      {
        type: fc.constant("object"),
        properties: members,
        required: fc.uniqueArray(fc.constantFrom(...names), { maxLength: 2 }),
        additionalProperties: fc.oneof(fc.boolean(), inner),
      },
      { requiredKeys: ["type", "properties"] },
    );
    const withDefault: fc.Arbitrary<Schema> = fc.constantFrom(
      { type: "string", default: "a" },
      { type: "integer", minimum: 0, default: 1 },
      { enum: ["a", null, 2], default: null },
      { type: "array", items: { type: "string" }, default: ["a"] },
    );
    const any = fc.array(keyword, { maxLength: 4 }).map((entries) => Object.fromEntries(entries) as Schema);
    return {
      schema: fc.oneof(
        { depthSize: "small" },
        { weight: 1, arbitrary: fc.boolean() as fc.Arbitrary<Schema> },
        { weight: 4, arbitrary: any },
        { weight: 2, arbitrary: usual },
        { weight: 1, arbitrary: withDefault },
      ),
      object: usual,
    };
  }).schema as fc.Arbitrary<Schema>;
}
