import { type ChangeRule, changeRules } from "../diff/rules.ts";
import type { Area } from "./explanation.ts";

const effects: Readonly<Record<ChangeRule["category"], string>> = {
  wire: "breaks clients, so it asks for a major version",
  security: "alters what is allowed, and is shown to whoever reviews that",
  docs: "alters words alone",
  safe: "breaks nobody",
};

/** What `toolspec diff` tells of two versions; made from the table that it decides by, so that the two cannot differ. */
export const changes: Area = {
  title: "Changes that toolspec diff tells",
  explanations: Object.entries<ChangeRule>(changeRules).map(([rule, { category, security, concerns }]) => ({
    rule,
    title: `Between two versions: ${rule.replaceAll("-", " ")}.`,
    why:
      `It ${effects[category]}. Concerned: ${concerns}.` +
      (security === undefined || security === "changed" ? "" : ` What is allowed is ${security}.`),
  })),
};
