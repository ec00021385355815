import type { Finding } from "../program/finding.ts";
import type { Space } from "../spaces.ts";
import { hints, type Source } from "./sources.ts";
import { parts, type Summary } from "./summary.ts";

/** Names of rules that no event of a shop proves, or that need more than a rule. */
const SUSPECT = /birthday|anniversary|social|follow|share|spin|wheel|lottery|decay|streak/i;

/** Findings of one plan. */
const WARNINGS_MAX = 100;

/** What the summary lacks, what has no counterpart here, and what needs a person; in the summary's order. */
export function warningsOf(source: Source, summary: Summary, space: Space): readonly Finding[] {
  const missing = parts
    .filter((part) => summary[part] === undefined)
    .map((part) => ({
      path: `summary.${part}`,
      message: "is missing: the plan does not look at it. Add it from the export.",
    }));
  const place: readonly Finding[] =
    space.environment === "live"
      ? [{ path: "", message: `This Space, ${space.id}, is live. Configure and replay in a test Space first.` }]
      : [];
  const general = hints[source].withoutCounterpart.map((message) => ({ path: "source", message }));
  return [...place, ...missing, ...general, ...ofCurrencies(summary), ...ofRest(summary)].slice(0, WARNINGS_MAX);
}

function ofCurrencies({ pointCurrencies = [] }: Summary): readonly Finding[] {
  return pointCurrencies.flatMap(({ name, outstanding = 0, expiresAfterDays }, index) => {
    const at = `summary.pointCurrencies[${index}]`;
    const held = `has ${outstanding} units of ${name} with customers: reconcile the sum of the wallet against it.`;
    const expiry = `says ${expiresAfterDays} days: set expiresAfterDays of the wallet, and replay events with their original occurredAt, or all units start anew.`;
    return [
      ...(outstanding > 0 ? [{ path: `${at}.outstanding`, message: held }] : []),
      ...(expiresAfterDays === undefined ? [] : [{ path: `${at}.expiresAfterDays`, message: expiry }]),
    ];
  });
}

function ofRest({ rules = [], tiers = [], referrals = 0, issuedRewards = 0 }: Summary): readonly Finding[] {
  const suspects = rules.flatMap((name, index) =>
    SUSPECT.test(name)
      ? [
          {
            path: `summary.rules[${index}]`,
            message: `${name} has no counterpart as it is: find an event that proves it.`,
          },
        ]
      : [],
  );
  const ranks =
    "have no state here: levels go by units ever credited. Do not send tier names; compare the levels that come out.";
  const referred = `are ${referrals}: there is no referral record here. Send each converted one as an event with a rule.`;
  const issued = `are ${issuedRewards} still unused: they cannot be brought in. Honour them at the source until they are used up.`;
  return [
    ...suspects,
    ...(tiers.length > 0 ? [{ path: "summary.tiers", message: ranks }] : []),
    ...(referrals > 0 ? [{ path: "summary.referrals", message: referred }] : []),
    ...(issuedRewards > 0 ? [{ path: "summary.issuedRewards", message: issued }] : []),
  ];
}
