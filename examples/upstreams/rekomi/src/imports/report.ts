/** Reasons by stable name, in words. */
const messages = {
  duplicate_in_campaign: "The address is in the campaign already.",
  duplicate_in_batch: "The same row stands further up in the list.",
  status_not_included: "The row's state is not among includeStatuses.",
  slug_taken: "Another affiliate of the campaign has the slug.",
  already_imported: "The conversion has been imported before.",
  paid_excluded: "The row is paid, and excludePaid was asked for.",
  affiliate_not_found: "The campaign has no affiliate with this address or slug.",
} as const;

/** Why a row was not imported. */
export type Reason = keyof typeof messages;

/** Rows that one reason names. */
const ROWS_NAMED = 20;

/** What becomes of the rows of one import. */
export interface Tally {
  skip(row: number, reason: Reason): void;
  fail(row: number, reason: Reason): void;
  counts(): { readonly skipped: number; readonly errored: number };
  /** As the wire shows them, in the order of their first rows. */
  reasons(): readonly object[];
}

export function createTally(): Tally {
  const rowsOf = new Map<Reason, number[]>();
  const counts = { skipped: 0, errored: 0 };
  const note = (row: number, reason: Reason) => {
    const rows = rowsOf.get(reason);
    if (rows) rows.push(row);
    else rowsOf.set(reason, [row]);
  };
  return {
    skip(row, reason) {
      counts.skipped++;
      note(row, reason);
    },
    fail(row, reason) {
      counts.errored++;
      note(row, reason);
    },
    counts: () => ({ ...counts }),
    reasons: () =>
      [...rowsOf].map(([reason, rows]) => ({
        reason,
        message: messages[reason],
        count: rows.length,
        rows: rows.slice(0, ROWS_NAMED),
      })),
  };
}
