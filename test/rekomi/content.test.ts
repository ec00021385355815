import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";

const folder = new URL("../../specs/rekomi/content/recipes/", import.meta.url);
const tools = new URL("../../specs/rekomi/tools/", import.meta.url);

const recipes = readdirSync(folder).map((file) => ({
  file,
  recipe: parse(readFileSync(new URL(file, folder), "utf8")),
}));
const listed = recipes.filter(({ file }) => file !== "generic.yaml");

it("has a recipe for 29 platforms, and the generic one besides", () => {
  expect(listed).toHaveLength(29);
  expect(recipes).toHaveLength(30);
});

it.each(recipes)("names each entry by its key: $file", ({ file, recipe }) => {
  expect(`${recipe.platformKey}.yaml`).toBe(file);
});

it.each(recipes)("asks for a key or for Stripe exactly where the path needs it: $file", ({ recipe }) => {
  expect(recipe.requiresApiKey).toBe(recipe.conversionFire === "server-to-server");
  expect(recipe.requiresStripeConnect).toBe(recipe.conversionFire === "stripe-webhook");
});

it("leads to Settings, API keys wherever a key is needed, because no tool mints one", () => {
  const withKey = recipes.filter(({ recipe }) => recipe.requiresApiKey);
  expect(withKey.length).toBeGreaterThan(0);
  for (const { recipe } of withKey) expect(JSON.stringify(recipe.steps)).toContain("Settings, API keys");
});

it("keeps the category other for the fallback", () => {
  for (const { recipe } of listed) expect(recipe.category).not.toBe("other");
});

it("warns of Shopify's three surprises", () => {
  const shopify = recipes.find(({ file }) => file === "shopify.yaml")?.recipe;
  for (const word of ["Shopify Payments", "sandbox", "Shopify Collabs"]) {
    expect(shopify.gotchas.join(" ")).toContain(word);
  }
});

it("mentions only tools of this server in its steps", () => {
  const names = new Set(readdirSync(tools).map((file) => file.replace(/\.yaml$/, "")));
  for (const { recipe } of recipes) {
    for (const { tool } of recipe.steps) if (tool) expect(names).toContain(tool);
  }
});
