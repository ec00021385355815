import { expect, test } from "vitest";
import { didYouMean, nearest } from "./near.ts";

test("finds a word with a slip, another case, or another separator", () => {
  const known = ["title", "description", "dryRun", "minLength"];
  expect(["titel", "desciption", "dry_run", "minlength"].map((word) => nearest(word, known))).toEqual(known);
});

test("finds the one word that begins so", () => {
  expect(nearest("desc", ["description", "title"])).toBe("description");
  expect(nearest("min", ["minimum", "minLength"])).toBeUndefined();
});

test("finds nothing for a word that is like none", () => {
  expect(nearest("wheel", ["title", "scope"])).toBeUndefined();
  expect(nearest("x".repeat(100_000), ["title"])).toBeUndefined();
});

test("lists what is known where nothing is near", () => {
  expect(didYouMean("wheel", ["title", "scope"])).toBe("known: title, scope");
  expect(didYouMean("wheel", [])).toBeUndefined();
});

test("finds the name that a longer word begins with, where nothing is closer", () => {
  expect(nearest("authentication", ["name", "auth", "title"])).toBe("auth");
  expect(nearest("rules.minimum_ordr", ["rules", "rules.minimum_order"])).toBe("rules.minimum_order");
});
