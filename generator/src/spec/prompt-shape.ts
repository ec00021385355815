import * as z from "zod";
import { form } from "./forms.ts";

const text = z.string().min(1);

/** Texts that a person sends to a model; longer ones are better split into tools' descriptions. */
const textMax = 4096;

const argument = z.strictObject({
  description: form("a text", "What the person fills in.", text.max(textMax)),
  otherwise: form("a text", "Stands in the prompt where the argument is not given.", text.max(textMax)).optional(),
});

/** One object rather than a union, so that a mistake inside a step is reported where it is. */
const step = form(
  "{ call: tool, to: … } or { say: … }",
  "One step: a tool to call, or anything else to do.",
  z
    .strictObject({
      call: form("the name of a tool", "A tool of this server.", text).optional(),
      to: form("a few words", "What the call is for, after to.", text.max(textMax)).optional(),
      say: form("a text", "What to do, as a sentence.", text.max(textMax)).optional(),
    })
    .refine(
      ({ call, to, say }) => (call === undefined) !== (say === undefined) && (to === undefined || say === undefined),
    ),
);

/** One prompt: a file below `prompts/`. */
export const promptShape = z.strictObject({
  title: form("a short text", "Name for people.", text.max(120)),
  description: form("a text", "What the prompt is for.", text.max(textMax)),
  arguments: form(
    "a map of names to { description }",
    "What a person fills in. `name?` is optional.",
    z.record(
      form(
        "letters, digits and _, with ? at the end where the argument is optional",
        "Name of an argument.",
        z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}\??$/),
      ),
      argument,
    ),
  ).optional(),
  intro: form("a text", "What the prompt begins with.", text.max(textMax)).optional(),
  steps: form("a list of steps", "What to do, in order.", z.array(step).min(1)),
  outro: form("a text", "What the prompt ends with.", text.max(textMax)).optional(),
});

/** A prompt file that fits its shape. */
export type PromptSpec = z.infer<typeof promptShape>;
