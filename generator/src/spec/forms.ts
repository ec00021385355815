import * as z from "zod";

/** What a shape expects, in the words of the language: `a duration like 10s, 500ms or 2m`. */
const words = z.registry<{ words: string }>();

/** Describe a shape twice: for people who made a mistake in it, and for an editor's hover text. */
export function form<T extends z.ZodType>(expects: string, description: string, shape: T): T {
  const described = shape.describe(description) as T;
  words.add(described, { words: expects });
  return described;
}

/** The words given to a shape by `form`, if any. */
export function wordsOf(shape: unknown): string | undefined {
  return shape instanceof z.core.$ZodType ? words.get(shape)?.words : undefined;
}
