import * as z from "zod";
import { lintLevels, lintPresets, lintRuleIds } from "../lint/ids.ts";
import { form } from "./forms.ts";

const tokens = (description: string) => form("a whole number from 1", description, z.int().min(1));

/** `lint:` of server.yaml. */
export const lint = z.strictObject({
  extends: form(
    "recommended, strict or imported",
    "The levels that rules have where nothing else is said. recommended (default): for curated specs. strict: everything. imported: what import has just written, without what takes curating.",
    z.enum(lintPresets),
  ).optional(),
  rules: form(
    "a map of rules to off, warning or error",
    "Levels of single rules; `toolspec explain` lists them.",
    z.partialRecord(
      form("the id of a lint rule; toolspec explain lists them", "Id of a rule.", z.enum(lintRuleIds)),
      form("off, warning or error", "What a finding of this rule is.", z.enum(lintLevels)),
    ),
  ).optional(),
  budgets: form(
    "{ toolTokens, listTokens, defaultTokens, toolsetTokens }",
    "Tokens (four characters each) that tools/list must stay within; more is an error, also when generating.",
    z.strictObject({
      toolTokens: tokens("Of each tool's entry.").optional(),
      listTokens: tokens("Of the whole list.").optional(),
      defaultTokens: tokens("Of the list of a client that asks for no toolset.").optional(),
      toolsetTokens: form(
        "a whole number from 1, or a map of toolsets to such numbers",
        "Of the list of each toolset, or of those that are named.",
        z.union([tokens("Of each toolset."), z.record(z.string(), tokens("Of this toolset."))]),
      ).optional(),
    }),
  ).optional(),
});
