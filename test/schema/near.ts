/** Values that lie near what a schema accepts: half of them inside, half just outside. */
import fc from "fast-check";

interface Schema {
  readonly [keyword: string]: unknown;
}

type Definitions = Readonly<Record<string, Schema>>;

/** A good and a nearly good text of each format that the specs use. */
const formatSamples: Readonly<Record<string, readonly string[]>> = {
  uuid: [
    "550e8400-e29b-41d4-a716-446655440000",
    "550E8400-E29B-11D4-A716-446655440000",
    "550e8400-e29b-41d4-a716-44665544000",
    "00000000-0000-0000-0000-000000000000",
  ],
  date: ["2026-02-28", "2026-02-29", "2024-02-29", "2026-13-01", "2026-1-01"],
  "date-time": [
    "2026-12-31T23:59:59Z",
    "2026-12-31T23:59:59.5+01:00",
    "2026-12-31T23:59:59",
    "2026-02-30T00:00:00Z",
    "2026-12-31t23:59:59z",
  ],
  email: ["a@b.example", "a.b+c@d.example", "a@", "@b", "a@@b", "a..b@c.example"],
  uri: ["https://a.example/x?y=1#z", "a.example", "https://a b", "urn:x:y", "//a"],
  hostname: ["a.example", "-a", "a_b", "a..b"],
};

const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e21, 2 ** 53, "", "a", "0", "true", [], {}, [null], {
    a: 1,
  }),
  fc.string({ unit: "binary", maxLength: 6 }),
);

/** A value near the schema, at every depth. */
export function near(schema: Schema, definitions: Definitions, depth = 0): fc.Arbitrary<unknown> {
  if (depth > 6) return junk;
  const inner = (each: unknown) => near((each ?? {}) as Schema, definitions, depth + 1);
  const candidates: fc.Arbitrary<unknown>[] = [];
  if (typeof schema.$ref === "string") candidates.push(inner(definitions[schema.$ref.replace("#/$defs/", "")]));
  if (Array.isArray(schema.enum)) candidates.push(fc.constantFrom(...schema.enum));
  if ("const" in schema) candidates.push(fc.constant(schema.const));
  for (const each of [...asList(schema.anyOf), ...asList(schema.oneOf), ...asList(schema.allOf)])
    candidates.push(inner(each));
  for (const type of typeof schema.type === "string" ? [schema.type] : asList(schema.type)) {
    if (type === "string" && schema.enum === undefined) candidates.push(nearString(schema));
    if (type === "integer" || type === "number") candidates.push(nearNumber(schema));
    if (type === "boolean") candidates.push(fc.boolean());
    if (type === "null") candidates.push(fc.constant(null));
    if (type === "array") candidates.push(nearArray(schema, inner));
    if (type === "object") candidates.push(nearObject(schema, inner));
  }
  if (candidates.length === 0) return junk;
  return fc.oneof({ weight: 12, arbitrary: fc.oneof(...candidates) }, { weight: 1, arbitrary: junk });
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function nearString(schema: Schema): fc.Arbitrary<string> {
  const least = Number(schema.minLength ?? 0);
  const most = Math.min(Number(schema.maxLength ?? 20), 3000);
  const lengths = [least - 1, least, least + 1, most - 1, most, most + 1].filter((length) => length >= 0);
  const units = fc.constantFrom("a", "A", "1", "😀", "-", " ");
  const candidates: fc.Arbitrary<string>[] = [
    fc.tuple(units, fc.constantFrom(...lengths)).map(([unit, length]) => unit.repeat(length)),
  ];
  const samples = formatSamples[String(schema.format)];
  if (samples !== undefined) candidates.push(fc.constantFrom(...samples));
  if (typeof schema.pattern === "string") candidates.push(fc.stringMatching(new RegExp(schema.pattern, "u")));
  return fc.oneof(...candidates);
}

function nearNumber(schema: Schema): fc.Arbitrary<number> {
  const edges = [schema.minimum, schema.maximum, schema.exclusiveMinimum, schema.exclusiveMaximum].filter(
    (edge): edge is number => typeof edge === "number",
  );
  const steps = [0, 1, -1, 0.5, -0.5, 1e-7];
  const candidates = [
    0,
    1,
    1.5,
    2 ** 53 - 1,
    2 ** 53,
    -(2 ** 53),
    1e300,
    ...edges.flatMap((edge) => steps.map((step) => edge + step)),
  ];
  return fc.constantFrom(...candidates);
}

function nearArray(schema: Schema, inner: (each: unknown) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown[]> {
  const least = Number(schema.minItems ?? 0);
  const most = Number(schema.maxItems ?? 3);
  const lengths = [least - 1, least, least + 1, Math.min(most, 60), Math.min(most + 1, 61)].filter(
    (length) => length >= 0,
  );
  return fc
    .constantFrom(...lengths)
    .chain((length) => fc.array(inner(schema.items), { minLength: length, maxLength: length }));
}

function nearObject(schema: Schema, inner: (each: unknown) => fc.Arbitrary<unknown>): fc.Arbitrary<object> {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
  const required = new Set(asList(schema.required));
  const members = properties.map(([name, each]) =>
    fc.tuple(
      fc.constant(name),
      inner(each),
      fc.integer({ min: 0, max: 19 }).map((dice) => (required.has(name) ? dice > 0 : dice > 9)),
    ),
  );
  const additional = typeof schema.additionalProperties === "object" ? inner(schema.additionalProperties) : junk;
  const extras = fc.oneof(
    { weight: 5, arbitrary: fc.constant<[string, unknown][]>([]) },
    {
      weight: 1,
      arbitrary: fc.array(
        fc.tuple(fc.constantFrom("extra", "constructor", "größe", "dryRun", "toString"), additional),
        { maxLength: 2 },
      ),
    },
  );
  return fc
    .tuple(fc.tuple(...members), extras)
    .map(([given, others]) =>
      Object.fromEntries([
        ...given.flatMap(([name, value, present]) => (present ? [[name, value] as const] : [])),
        ...others,
      ]),
    );
}
