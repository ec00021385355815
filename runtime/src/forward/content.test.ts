import { describe, expect, it } from "vitest";
import type { ContentCollection, ContentRequest } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import { answerFromContent } from "./content.ts";

const recipes: ContentCollection = {
  key: "platform",
  entries: [
    { platform: "shopify", name: "Shopify", steps: ["a"] },
    { platform: "webflow", name: "Webflow", steps: ["b"], constructor: "own" },
  ],
};
const fallback = { platform: "generic", name: "Any site" };

function refusal(request: ContentRequest): GatewayError {
  try {
    answerFromContent(request);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("an unknown key", () => {
  it("is refused where there is no fallback, with the keys that there are", () => {
    const error = refusal({ get: recipes, key: "shpify" });
    expect(error.code).toBe("invalid_argument");
    expect(error.message).toBe('platform "shpify" is not known; there are shopify, webflow');
    expect(error.meta.issues).toEqual([{ path: "platform", message: "is not known; there are shopify, webflow" }]);
  });

  it.each(["__proto__", "constructor", "toString", "", "Shopify"])("%j is one too", (key) => {
    expect(refusal({ get: recipes, key }).code).toBe("invalid_argument");
    expect(answerFromContent({ get: { ...recipes, fallback }, key }).value).toBe(fallback);
  });

  it("is refused with the near keys of a large collection, and not with all", () => {
    const entries = Array.from({ length: 500 }, (_, index) => ({ id: `${index % 10}-${index}` }));
    const { message } = refusal({ get: { key: "id", entries }, key: "3-9999" });
    expect(message).toContain("near it are 3-3, 3-13,");
    expect(message).not.toContain("4-4");
    expect(message.length).toBeLessThan(600);
  });

  it("of a megabyte is cut short", () => {
    expect(refusal({ get: recipes, key: "k".repeat(1_000_000) }).message.length).toBeLessThan(200);
  });

  it("does not find an entry whose key is inherited", () => {
    const entries = [Object.create({ platform: "ghost" })];
    expect(refusal({ get: { key: "platform", entries }, key: "ghost" }).code).toBe("invalid_argument");
  });
});

describe("a list", () => {
  it("holds the fields that were asked for, in order, and how many entries there are", () => {
    expect(answerFromContent({ list: recipes, fields: ["name", "platform"] })).toEqual({
      kind: "succeeded",
      text: '{"items":[{"name":"Shopify","platform":"shopify"},{"name":"Webflow","platform":"webflow"}],"total":2}',
      value: {
        items: [
          { name: "Shopify", platform: "shopify" },
          { name: "Webflow", platform: "webflow" },
        ],
        total: 2,
      },
    });
  });

  it("holds a field of an entry's own only, and leaves the fallback out", () => {
    const { text } = answerFromContent({ list: { ...recipes, fallback }, fields: ["constructor", "__proto__"] });
    expect(text).toBe('{"items":[{},{"constructor":"own"}],"total":2}');
  });
});

it("answers a known key with its entry", () => {
  expect(answerFromContent({ get: recipes, key: "shopify" }).value).toBe(recipes.entries[0]);
});
