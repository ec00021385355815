import { hints, type Source } from "./sources.ts";
import type { Summary } from "./summary.ts";
import type { WalletMapping } from "./wallets.ts";

/** One step of a plan. */
export interface Step {
  readonly order: number;
  readonly title: string;
  readonly detail: string;
}

/** Customers of a dry run: one in a hundred, but enough to see each rule and few enough to look at. */
const COHORT = { share: 0.01, min: 20, max: 200 };

/** Mappings that the text of a step shows; the plan lists all. */
const SHOWN_MAX = 5;

/**
 * The five steps of every migration, in the order that keeps it safe.
 *
 * @see perkamo.txt, "Migrations"
 */
export function stepsOf(source: Source, summary: Summary, mapping: readonly WalletMapping[]): readonly Step[] {
  const { title, exporting, mapping: words } = hints[source];
  const details: readonly (readonly [title: string, detail: string])[] = [
    [
      `Export everything from ${title}`,
      `${exporting} Keep customer ids, issued rewards, referrals and tier state too. Preserve the export unchanged, outside of this conversation.`,
    ],
    ["Map point currencies to wallets", describe(mapping)],
    [
      "Configure a test Space",
      `${words} ${amounts(summary)} Check each module with validate_config_module, upload it with upload_config_module in this order: wallets, perks, rules, rewards, achievements, boosts, levels. Stage first, inspect with get_program, then upload it active.`,
    ],
    [
      "Replay a dry-run cohort",
      `Take about ${cohortOf(summary)} customers of every tier and balance. Create them with identify_customer, their former id as externalId. Replay their events with batch_events: the original occurredAt, raw facts as context, and transaction ids made of the source's own, e.g. ${source}-order-10042-paid, so that a repeat counts once. Send no point totals, tier names or reward state.`,
    ],
    [
      "Reconcile before cutover",
      "Compare wallets, levels, unlocked perks, redemptions and webhooks of the cohort with the export. Explain each difference by a rule; mend what remains with adjust_customer and a reason. Repeat in the live Space only when nothing is left unexplained, and keep the reconciliation log.",
    ],
  ];
  return details.map(([title, detail], index) => ({ order: index + 1, title, detail }));
}

function describe(mapping: readonly WalletMapping[]): string {
  if (mapping.length === 0) {
    return "The summary names no point currency. List each with what customers hold, and ask again for the wallets to use.";
  }
  const shown = mapping.slice(0, SHOWN_MAX).map(({ sourceCurrency, wallet, exists }) => {
    return `${sourceCurrency} becomes ${wallet}${exists ? "" : " (to be configured)"}`;
  });
  const rest = mapping.length - shown.length;
  return `${shown.join("; ")}${rest > 0 ? `; and ${rest} more` : ""}. Keep each currency apart, units one to one, so that sums can be compared.`;
}

function amounts({ rules = [], rewards = [], tiers = [] }: Summary): string {
  return `The summary has ${rules.length} rules, ${rewards.length} rewards and ${tiers.length} tiers.`;
}

function cohortOf({ customers }: Summary): number {
  if (customers === undefined) return COHORT.min;
  const share = Math.ceil(customers * COHORT.share);
  return Math.min(customers, Math.max(COHORT.min, Math.min(COHORT.max, share)));
}
