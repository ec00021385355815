import { approvalTool } from "../ir/approvals.ts";
import { endOf, mayEndIn } from "../ir/disposition.ts";
import type { ApprovalsIr, DispositionIr, DispositionRuleIr, ToolIr } from "../ir/tool.ts";
import { oneLine } from "./header.ts";

/** What holds of writes before they run: trying them, a person's yes, an operator's. */
export function writeFacts(writes: readonly ToolIr[], approvals: ApprovalsIr | undefined): string[] {
  return [...dryRunFacts(writes), ...confirmFacts(writes), ...approvalFacts(writes, approvals)];
}

function dryRunFacts(writes: readonly ToolIr[]): string[] {
  const without = writes.filter((tool) => tool.dryRun === "none").map((tool) => tool.name);
  if (writes.length === without.length) return [];
  const accepting = writes.filter((tool) => tool.dryRun !== "none").map((tool) => tool.name);
  if (accepting.length < without.length)
    return [`These writes accept \`dry_run: true\`, and nothing happens then: ${accepting.join(", ")}. Try it first.`];
  const except = without.length === 0 ? "" : ` (except ${without.join(", ")})`;
  return [`Writes accept \`dry_run: true\`${except}: nothing is stored and no approval is opened. Try it first.`];
}

function confirmFacts(writes: readonly ToolIr[]): string[] {
  const asking = writes.filter(({ disposition }) => mayEndIn(disposition, "confirm"));
  if (asking.length === 0) return [];
  const names = asking.map(nameWithThreshold);
  const which =
    asking.length === writes.length && names.every((name, index) => name === asking[index]?.name)
      ? "Every write needs `confirm: true`"
      : `These writes need \`confirm: true\`: ${names.join(", ")}`;
  const dryRun = asking.some((tool) => tool.dryRun !== "none") ? " A dry run needs no confirmation." : "";
  return [
    `${which}. It stands for the user's yes to this very call: ask first, never add it by yourself. ` +
      `A client that can show forms asks the user itself.${dryRun}`,
    "On `confirmation_refused`: nothing was sent. Where the user declined, stop; else `reason` says why, and a new call asks again.",
  ];
}

function nameWithThreshold({ name, disposition }: ToolIr): string {
  if (typeof disposition === "string") return name;
  if ("upTo" in disposition) return `${name} (where ${disposition.of} > ${disposition.upTo})`;
  const where = disposition.flatMap((rule) => ("when" in rule && rule.then === "confirm" ? [oneLine(rule.when)] : []));
  return where.length === 0
    ? `${name} (by its rules)`
    : `${name} (by its rules, where \`${where.join("` or where `")}\`)`;
}

function approvalFacts(writes: readonly ToolIr[], approvals: ApprovalsIr | undefined): string[] {
  if (approvals === undefined || writes.length === 0) return [];
  return [
    "Any write may wait for an operator, as the account's policy says: status `pending_approval` is no error, and nothing has happened yet. " +
      `Tell the user, do not call again, and ask ${approvalTool} (or GET \`${approvals.pollPath}\` with your credential) until \`terminal\` is true.`,
  ];
}

/** What happens to a call: `Runs at once.` */
export function dispositionWords(disposition: DispositionIr): string {
  if (disposition === "auto") return "Runs at once.";
  if (typeof disposition === "string") return `${capital(needs[disposition])}.`;
  if (!("upTo" in disposition)) return `${capital(disposition.map(ruleWords).join(", "))}.`;
  return `Runs at once while ${disposition.of} ≤ ${disposition.upTo}, beyond that ${needs[disposition.beyond]}.`;
}

/** `where input.amount > 500 needs operator approval`, `else runs at once`. */
function ruleWords(rule: DispositionRuleIr): string {
  const end = endOf(rule);
  const words = end === "auto" ? "runs at once" : needs[end];
  return "when" in rule ? `${words} where \`${oneLine(rule.when)}\`` : `else ${words}`;
}

const needs = { confirm: "needs `confirm: true`", approval: "needs operator approval" };

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
