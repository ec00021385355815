/** Every checked format accepts what ajv-formats accepts: that is what MCP clients read an advertised schema with. */
import { fullFormats } from "ajv-formats/dist/formats.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { stringFormats } from "../../generator/src/schema/formats.ts";
import { compile } from "./compile.ts";

const runs = 3_000;

/** Where the edits below start. */
const seeds: Readonly<Record<string, readonly string[]>> = {
  date: ["2024-02-29", "2023-02-28", "0000-02-29"],
  "date-time": ["2024-02-29T10:20:30Z", "1998-12-31T15:59:60.123-08:00", "2020-01-01 00:00:00z"],
  time: ["12:00:00Z", "23:59:60Z", "01:29:60+01:30", "12:00:00+01", "12:00:00.52+0130"],
  duration: ["P4DT12H30M5S", "PT36H", "P4Y", "P2W", "P1Y2W"],
  email: ["joe.bloggs@example.com", "a@b.c", "te~st@x-y.org"],
  hostname: ["www.example.com", "a-b.c.", "xn--4gbwdl.xn--wgbh1c", `${"a".repeat(63)}.com`],
  ipv4: ["192.168.0.1", "0.0.0.0", "255.255.255.255"],
  ipv6: ["::1", "1:2:3:4:5:6:7:8", "1::2:3", "::ffff:192.168.0.1", "1:2:3:4:5:6:7::", "1:2:3:4:5:6:1.2.3.4"],
  uri: [
    "http://foo.bar/?baz=qux#quux",
    "http://u:p@[::1]:80/a/b?c#d",
    "urn:oasis:names",
    "a:/b//c",
    "a://",
    "http://[v1.a]/",
  ],
  "uri-reference": ["/abc", "//foo.bar/?q", "#frag", "", "a:b", '"a"', "http://[::1]/a"],
  uuid: ["2EB8AA08-AA98-11EA-B4AA-73B441D16380", "urn:uuid:2eb8aa08-aa98-11ea-b4aa-73b441d16380"],
  "json-pointer": ["", "/", "/a~0b/~1", "/foo/0"],
  "relative-json-pointer": ["0", "1/foo", "0#", "12/~0"],
  regex: ["^a$", "(a", "a\\Z", "[a-z]+"],
};

const letters = [..."0123456789abcdefFgzZtTPDHMSWY:-+./?#[]@%~_ \"'\\\n\u2028ſK٠é😀"];
const edit = fc.record({
  kind: fc.constantFrom("insert", "replace", "remove", "repeat"),
  at: fc.nat(60),
  letter: fc.constantFrom(...letters),
});

function nearly(starts: readonly string[]): fc.Arbitrary<string> {
  return fc.tuple(fc.constantFrom(...starts), fc.array(edit, { maxLength: 3 })).map(([start, edits]) => {
    const text = [...start];
    for (const { kind, at, letter } of edits) {
      const index = at % (text.length + 1);
      if (kind === "insert") text.splice(index, 0, letter);
      else if (kind === "replace") text.splice(index, 1, letter);
      else if (kind === "remove") text.splice(index, 1);
      else text.splice(index, 0, ...text.slice(index, index + 4));
    }
    return text.join("");
  });
}

function byAjv(format: string, text: string): boolean {
  const rule = (fullFormats as Record<string, unknown>)[format];
  if (rule instanceof RegExp) return rule.test(text);
  if (typeof rule === "function") return rule(text) as boolean;
  return (rule as { validate: (text: string) => boolean }).validate(text);
}

/** ajv-formats takes any hour for a leap second that its offset brings back to 23, which RFC 3339 does not. */
const isAjvsOwn = (text: string) => /[tT\s](?:2[4-9]|[3-9]\d):/.test(text) || /^(?:2[4-9]|[3-9]\d):/.test(text);

test("has seeds for every checked format", () => {
  expect(Object.keys(seeds).toSorted()).toEqual([...stringFormats.keys()].toSorted());
});

test.each(Object.keys(seeds))("%s agrees with ajv-formats, near and far", (format) => {
  const { validator } = compile({ type: "string", format });
  const seen = { accepted: 0, refused: 0 };
  fc.assert(
    fc.property(nearly(seeds[format] as readonly string[]), (text) => {
      fc.pre(!isAjvsOwn(text));
      const expected = byAjv(format, text);
      expect(validator.safeParse(text).success).toBe(expected);
      seen[expected ? "accepted" : "refused"] += 1;
    }),
    { numRuns: runs, seed: 7 },
  );
  expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(runs / 50);
});

test.each(Object.keys(seeds))("%s: what the generator takes for usual is accepted when running", (format) => {
  const { validator } = compile({ type: "string", format });
  const { usual } = stringFormats.get(format) as { usual: RegExp };
  const samples = fc.oneof(nearly(seeds[format] as readonly string[]), fc.stringMatching(usual));
  fc.assert(
    fc.property(samples, (text) => {
      if (usual.test(text)) expect(validator.safeParse(text).success).toBe(true);
    }),
    { numRuns: 500, seed: 8 },
  );
});
