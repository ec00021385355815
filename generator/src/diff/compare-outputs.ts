import type { Change } from "./change.ts";
import { describe } from "./compare-inputs.ts";
import { compareSchemas } from "./compare-schemas.ts";
import type { ChangeRuleId } from "./rules.ts";
import { narrows, type SchemaChange, widens } from "./schema-change.ts";
import type { ToolPair } from "./tool-pair.ts";

/** What changed of a tool's reply: readers break where more may come than before. */
export function compareOutputs({ before, after, servers, told }: ToolPair): readonly Change[] {
  const path = ["output"];
  const contract: readonly Change[] =
    before.contract === after.contract
      ? []
      : [
          told({
            rule: after.contract === "observe" ? "contract-loosened" : "contract-tightened",
            message: `contract: ${after.contract}, it was ${before.contract}`,
            before: before.contract,
            after: after.contract,
            path: ["contract"],
          }),
        ];
  if (before.output === undefined || after.output === undefined) {
    if (before.output === after.output) return contract;
    const isGone = after.output === undefined;
    const message = isGone ? "the reply has no structured content any more" : "the reply has structured content now";
    return [...contract, told({ rule: isGone ? "output-removed" : "output-added", message, path })];
  }
  const sides = { before: servers.before.schemas, after: servers.after.schemas };
  const changes = compareSchemas(before.output, after.output, sides).flatMap((change): readonly Change[] => {
    const rule = ruleOf(change);
    if (rule === undefined) return [];
    const place = ["output", ...change.at].join(".").replaceAll(".[", "[");
    const values = { before: change.before ?? "none", after: change.after ?? "none" };
    return [told({ rule, message: `${place}: ${describe(change)}`, ...values, path })];
  });
  return [...contract, ...changes];
}

function ruleOf(change: SchemaChange): ChangeRuleId | undefined {
  const { effect, keyword, before, after } = change;
  if (effect === "filled" || effect === "words") return "output-reworded";
  if (keyword === "$value" && before !== undefined && after === undefined) return "output-field-removed";
  if (keyword === "$value" && before === undefined && effect === "narrower") return "output-field-added";
  if (effect === "unknown") return "output-unclear";
  if (keyword === "required" && after === false) return "output-field-optional";
  if (widens(change)) return "output-widened";
  return narrows(change) ? "output-narrowed" : undefined;
}
