/** Sentences that follow from a spec, so that its author need not write them and they cannot become untrue. */
import type { ConstraintIr, PaginationIr } from "./tool.ts";

interface Facts {
  readonly plan: string | undefined;
  readonly constraints: readonly ConstraintIr[];
  readonly style: PaginationIr | undefined;
}

/** The author's description, and behind it what follows from plan, constraints and pagination, unless it says so already. */
export function advisedDescription(written: string, { plan, constraints, style }: Facts): string {
  const sentences = [
    ...(plan === undefined ? [] : [`Needs the ${plan} plan.`]),
    ...constraints.map(constraintSentence),
    ...(style === undefined ? [] : [pagingSentence(style)]),
  ].filter((sentence) => !written.includes(sentence));
  if (sentences.length === 0) return written;
  return [/[.!?…]$/.test(written) ? written : `${written}.`, ...sentences].join(" ");
}

/** `When amountOffCents is given, currency must be given.` */
export function constraintSentence({ message }: ConstraintIr): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}

/** `Pages: pass nextCursor as cursor while hasMore is true.` */
export function pagingSentence({ inputs, next, more, total }: PaginationIr): string {
  const { cursor, page } = inputs;
  if (cursor !== undefined) {
    const end = more === undefined ? "until there is none" : `while ${more} is true`;
    return `Pages: pass ${next ?? "the last cursor"} as ${cursor} ${end}.`;
  }
  const end =
    total === undefined
      ? more === undefined
        ? ""
        : `; go on while ${more} is true`
      : `; ${total} says how many entries there are`;
  return `Pages: ${page ?? "the page"} counts from 1${end}.`;
}
