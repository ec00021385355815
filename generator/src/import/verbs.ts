/** Words that say what an operation does wherever they stand: `createPet`, `pets_create`. */
const strong =
  "get list create update delete remove add set find fetch retrieve search upload download send cancel start stop register revoke enable " +
  "disable verify generate validate convert submit publish unpublish export import subscribe unsubscribe activate deactivate approve reject " +
  "accept decline assign unassign attach detach archive unarchive restore reset resend retry rotate refund capture confirm complete close reopen " +
  "lock unlock mark merge move pause resume notify invite join leave logout login replace upsert modify edit revert suspend unsuspend " +
  "follow unfollow like unlike star unstar pin unpin mute unmute block unblock resolve trigger execute invoke dispatch calculate compute " +
  "estimate compare analyze analyse extract parse render translate transcribe detect recognize classify summarize authenticate authorize acknowledge " +
  "sync synchronize refresh renew redeem void insert destroy patch read show describe lookup bulk partial provision purge clear copy " +
  "clone duplicate rename reorder increment decrement encode decode encrypt decrypt autocomplete geocode connect disconnect install uninstall " +
  "introspect instantiate initialize deploy rollback terminate reboot restart grant deny purchase unlink untag unflag regenerate recover " +
  "untrash trash unmoderate redact redeliver expunge undelete favorite unfavorite obtain collect append debug examine evaluate simulate predict ping dismiss convert finalize finish initiate adjust apply upgrade downgrade";

/** Words that are as often things (`order`, `report`): verbs only where they stand first. */
const weak =
  "place suppress undo ship prepare fix fork regen uncomplete check query request post put view test change save record run use filter order report review sort split join count call charge pay " +
  "release transfer share link tag flag map match build process track watch schedule batch unlock plan issue request compile transform format " +
  "rate vote vault seek skip toggle play push pull commit open sign claim scan score store preview reply comment quote reserve withdraw deposit " +
  "exchange book print rewrite round resize rotate crop flip shorten sanitize strip trim fill burn broadcast enqueue lint index ingest enrich " +
  "rank suggest recommend retire remind moderate poll listen stream manage make do perform return provide allow attempt bind mint swap stake enroll";

/** Only ever the beginning of a summary's or an operationId's first word, where it says nothing that the method does not. */
const renamed: ReadonlyMap<string, string> = new Map(
  (
    "retrieve:get fetch:get read:get show:get obtain:get return:get view:get describe:get gets:get index:list browse:browse insert:create " +
    "destroy:delete del:delete modify:update edit:update change:update patch:update analyse:analyze synchronize:sync lookup:look_up make:create provide:get allow:update"
  )
    .split(" ")
    .map((pair) => pair.split(":") as [string, string]),
);

const strongVerbs: ReadonlySet<string> = new Set(strong.split(" "));
const verbs: ReadonlySet<string> = new Set([...strongVerbs, ...weak.split(" "), "browse", "index", "del"]);

/** The verb of a word that stands first, in the words that tools begin with (`retrieves`: `get`); nothing if it is none. */
export function verbAtStart(word: string | undefined): string | undefined {
  if (word === undefined) return undefined;
  const bare = [word, word.replace(/s$/, ""), word.replace(/es$/, ""), word.replace(/ies$/, "y")].find((one) =>
    verbs.has(one),
  );
  return bare === undefined ? undefined : (renamed.get(bare) ?? bare);
}

/** The verb of a word that stands elsewhere: only where it can hardly be a thing. */
export function verbAnywhere(word: string | undefined): string | undefined {
  return word !== undefined && strongVerbs.has(word) ? (renamed.get(word) ?? word) : undefined;
}

/** Verbs that say no more than the method does. */
export const plainVerbs: ReadonlySet<string> = new Set([
  "get",
  "list",
  "create",
  "update",
  "delete",
  "add",
  "set",
  "put",
  "post",
]);
