import * as z from "zod";
import { form } from "./forms.ts";

/** Characters of a toolset's name: it stands in addresses, several of them behind one another. */
export const toolsetNameMax = 40;

const pattern = form(
  "a tool's name, or a pattern like billing_*",
  "A tool's name; * stands for any letters: billing_*.",
  z.string().regex(/^[A-Za-z0-9_*-]{1,64}$/),
);

const toolset = form(
  "{ description, tools, tags, default }",
  "Tools that belong together, for a client that asks for them: ?toolsets=name.",
  z.strictObject({
    description: form(
      "a text",
      "What these tools are for, in a sentence: people choose by it.",
      z.string().min(1).max(400),
    ),
    tools: form(
      "a list of tools' names, or patterns like billing_*",
      "Its tools, by name or pattern.",
      z.array(pattern).min(1),
    ).optional(),
    tags: form(
      "a list of tags",
      "Its tools, by tag: a tool's own tags, and those of its operation in the contract.",
      z.array(z.string().min(1)).min(1),
    ).optional(),
    default: form(
      "true",
      "Clients that ask for no toolset get the default sets alone. Where no set is default, they get every tool.",
      z.literal(true),
    ).optional(),
  }),
);

/** `toolsets:` of server.yaml. */
export const toolsets = z.record(
  form(
    `a word of lower-case letters, digits and _, at most ${toolsetNameMax}`,
    "Name of a toolset, as clients ask for it.",
    z.string().regex(new RegExp(`^[a-z][a-z0-9_]{0,${toolsetNameMax - 1}}$`)),
  ),
  toolset,
);

/** One entry of `toolsets:`. */
export type ToolsetSpec = z.infer<typeof toolset>;
