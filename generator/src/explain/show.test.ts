import { expect, test } from "vitest";
import { catalogue, explanationOf } from "./catalogue.ts";
import { catalogueText, explanationText } from "./show.ts";

test("shows what must hold, why, and the same thing wrong and right", () => {
  const explanation = explanationOf("write-disposition");
  if (explanation === undefined) throw new Error("write-disposition is not explained");
  expect(explanationText(explanation, false)).toBe(`write-disposition: A write says what happens to it.

Whether a model may do it alone is decided by a person, and never by silence.

✗ wrong
  # tools/create_voucher.yaml
  description: Create one voucher.
  request: POST /v1/vouchers

✔ right
  # tools/create_voucher.yaml
  description: Create one voucher.
  request: POST /v1/vouchers
  disposition: auto
`);
});

test("keeps every line within what a terminal shows", () => {
  const texts = catalogue.flatMap(({ explanations }) => explanations.map((one) => explanationText(one, false)));
  expect(Math.max(...texts.flatMap((text) => text.split("\n").map((line) => line.length)))).toBeLessThanOrEqual(200);
});

test("lists every rule once", () => {
  const lines = catalogueText(false).split("\n");
  for (const { rule } of catalogue.flatMap(({ explanations }) => explanations))
    expect(lines.filter((line) => line.startsWith(`  ${rule} `))).toHaveLength(1);
});
