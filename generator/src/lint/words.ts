/** Words in lower case: `createVouchers`, `create_vouchers` and `Create vouchers` have the same. */
export function wordsIn(text: string): readonly string[] {
  return (
    text
      .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** Without the ends by which English words of one meaning differ: `vouchers`, `voucher`; `returned`, `return`. */
export function stem(word: string): string {
  return word
    .replace(/ies$/, "y")
    .replace(/(ss|us|is)$/, "$1\u0000")
    .replace(/s$/, "")
    .replace("\u0000", "")
    .replace(/(ing|ed)$/, "")
    .replace(/e$/, "");
}

/** Whether a word, in lower case, is a verb with which tools' names begin. */
export function isVerb(word: string): boolean {
  // `unsuspend`, `redeliver`: undone, or once more.
  return verbs.has(word) || verbs.has(word.replace(/^(?:un|re)/, ""));
}

/** Verbs by which something is changed, by themselves: a read that begins with one is suspicious. */
export const changingVerbs: ReadonlySet<string> = new Set(
  "add adjust append apply approve archive assign attach ban block buy cancel charge clear close copy create deactivate decline delete demote deploy detach disable discard dismiss drop edit empty enable enroll execute expire file fire force forget freeze fulfill grant import increment insert invite issue kick kill lock mark merge mint move mute patch pause pay pin place post promote publish purge push put rate react rebuild redeem refund register reject release remove rename reopen reorder replace replay report request reschedule reserve reset resend restart restore resume revoke rotate save schedule send set share ship sign snooze spend star start stop store submit subscribe suspend swap tag terminate transfer trigger unarchive unassign unban unblock unfollow unlink unlock unmark unpin unpublish unsubscribe update upgrade upload upsert vote void wipe withdraw write".split(
    " ",
  ),
);

/** Verbs by which something is gone, or stops, and cannot simply be had back. */
export const destructiveVerbs: ReadonlySet<string> = new Set(
  "ban cancel close clear deactivate delete discard drop empty erase kill purge reject remove reset revoke terminate unpublish void wipe".split(
    " ",
  ),
);

const verbs: ReadonlySet<string> = new Set([
  ...changingVerbs,
  ...destructiveVerbs,
  ..."accept acknowledge activate aggregate allow analyze annotate answer ask attest audit authenticate authorize autocomplete backup batch begin bind book browse build bulk bump calculate call capture cast change check choose claim classify clone collect combine commit compare compile complete compose compress compute configure confirm connect consume contact continue convert count crawl debit decide decode decrypt define delegate deliver deposit derive describe deselect detect determine diff discover dispatch dispute download draft duplicate email embed emit encode encrypt end enqueue enrich ensure enter enumerate escalate estimate evaluate exchange exclude expand explain explore export extend extract fail favorite fetch fill filter finalize find finish flag flush follow fork format forward generate geocode get give group guess handle has head hide hold host identify ignore include index infer init initialize initiate inspect install instantiate introspect invalidate invoke invoke join keep label launch leave like link list listen load localize locate log login logout look lookup make manage map match measure mint modify monitor name negotiate notify obtain open opt optimize order pack parse participate peek perform ping plan play poll pop populate postpone predict prefill prepare preview price print process produce profile project propose protect provide provision prune pull query queue quote random rank read reassign recalculate receive recommend reconcile record recover redirect reduce refine refresh refuse regenerate relate reload render renew repair reply reprocess require rerun resize resolve respond retrieve retry return reverse review revise rewrite roll route run sample scan score scroll search select serve show simulate skip sort split stage stat store stream suggest summarize supply switch sync synchronize tail take test toggle track train transcribe transform translate try tune turn unapprove uninstall unlike unmute unregister unshare unstar unwatch use validate verify view visit wait warn watch whitelist".split(
    " ",
  ),
]);

/** A text as a message may quote it: the beginning, on one line. */
export function quoted(text: string, max = 50): string {
  const line = text.trim().replaceAll(/\s+/g, " ");
  return JSON.stringify(line.length > max ? `${line.slice(0, max)}…` : line);
}

/** `a, b and 3 more`. */
export function some(names: readonly string[], max = 3): string {
  const shown = names.slice(0, max).join(", ");
  return names.length > max ? `${shown} and ${names.length - max} more` : shown;
}
