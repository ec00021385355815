import type { Kysely } from "kysely";
import { chainEntry, chainSeal, genesis, type Heads, readHeads } from "./audit-chain.ts";
import type { EntryRow, SealRow, Tables, WriterRow } from "./tables.ts";

/** Rows read at a time: some megabytes, however long the trail is. */
const pageRows = 2000;

/** Findings that are told one by one; a trail that is wrong throughout needs no million lines. */
const findingsMax = 100;

/** One thing that is not as it was written. */
export interface TrailFinding {
  readonly kind: "edited" | "missing" | "extra" | "unchained" | "seal_edited" | "seal_missing" | "anchor";
  /** UUID of the writer, where the finding is about one. */
  readonly writer?: string;
  readonly seq?: number;
  readonly callId?: string;
  /** For people: what is wrong, and where. */
  readonly message: string;
}

/** What a walk over the whole trail has found. */
export interface TrailReport {
  readonly entries: number;
  /** Entries from before there was a chain: nothing can be said about them. */
  readonly unchained: number;
  /** Entries that a pruning on record has removed. */
  readonly pruned: number;
  readonly writers: number;
  readonly seals: number;
  /** How many findings there are; the first hundred are in `findings`. */
  readonly found: number;
  readonly findings: readonly TrailFinding[];
}

/**
 * Walk the whole trail and find every entry that was edited, removed, added, moved or renumbered since it was written.
 *
 * Every entry is hashed again with the one before; then writers' heads, seals and `anchor` (heads that were kept elsewhere) must be
 * met. The hashes have no key: whoever can write the whole file, and takes the trail back to an earlier seal or writes all of it
 * anew, is found only with an anchor from elsewhere.
 */
export async function verifyTrail(db: Kysely<Tables>, options: { readonly anchor?: Heads } = {}): Promise<TrailReport> {
  const findings: TrailFinding[] = [];
  let found = 0;
  const tell = (finding: TrailFinding) => {
    found += 1;
    if (findings.length < findingsMax) findings.push(finding);
  };
  // One state of the trail, whatever is written meanwhile; and a server that serves is not kept from writing.
  const reading = db.transaction().setIsolationLevel("repeatable read").setAccessMode("read only");
  return await reading.execute(async (transaction) => {
    const writers = new Map(
      (await transaction.selectFrom("audit_writers").selectAll().execute()).map((row) => [row.writer, row]),
    );
    const chainless = await chainlessTime(transaction);
    const walked = await walkEntries(transaction, { writers, chainless }, tell);
    const seals = await walkSeals(transaction, tell);
    const claims = [...seals.claims, ...claimsOf(options.anchor ?? {}, "the anchor")];
    await meetClaims(transaction, { claims, writers, tell });
    meetSeals(writers, seals.claims, tell);
    await meetPrunings(transaction, writers, tell);
    const pruned = [...writers.values()].reduce((sum, row) => sum + row.pruned_seq, 0);
    return { ...walked, pruned, writers: writers.size, seals: seals.count, found, findings };
  });
}

type Tell = (finding: TrailFinding) => void;

/** When entries were written that had no hash yet, Unix milliseconds: from the one migration to the other. */
interface ChainlessTime {
  readonly fromMs: number;
  /** Exclusive. */
  readonly untilMs: number;
}

async function chainlessTime(db: Kysely<Tables>): Promise<ChainlessTime> {
  const rows = await db
    .selectFrom("toolspec_migrations")
    .select(["name", "applied_at_ms"])
    .where("name", "in", ["audit entries", "audit chain"])
    .execute();
  const at = (name: string) => rows.find((row) => row.name === name)?.applied_at_ms ?? 0;
  return { fromMs: at("audit entries"), untilMs: at("audit chain") };
}

async function walkEntries(
  db: Kysely<Tables>,
  { writers, chainless }: { readonly writers: ReadonlyMap<string, WriterRow>; readonly chainless: ChainlessTime },
  tell: Tell,
): Promise<{ readonly entries: number; readonly unchained: number }> {
  let [entries, unchained] = [0, 0];
  let at: WriterWalk | undefined;
  const seen = new Set<string>();
  for await (const row of rowsOf(db)) {
    entries += 1;
    if (row.writer !== at?.writer) {
      at?.end(tell);
      at = new WriterWalk(row.writer, writers.get(row.writer), chainless);
      seen.add(row.writer);
    }
    if (!at.step(row, tell)) unchained += 1;
  }
  at?.end(tell);
  for (const row of writers.values()) {
    if (!seen.has(row.writer) && row.seq > row.pruned_seq) {
      tell({
        kind: "missing",
        writer: row.writer,
        message: `all entries of writer ${row.writer} are gone, up to ${row.seq}`,
      });
    }
  }
  return { entries, unchained };
}

/** The entries of one writer, in order. */
class WriterWalk {
  readonly writer: string;
  readonly #row: WriterRow | undefined;
  readonly #chainless: ChainlessTime;
  #seq: number;
  #hash: string;
  #isChained: boolean;

  constructor(writer: string, row: WriterRow | undefined, chainless: ChainlessTime) {
    this.writer = writer;
    this.#chainless = chainless;
    this.#row = row;
    this.#seq = row?.pruned_seq ?? 0;
    this.#hash = row?.pruned_hash ?? genesis;
    this.#isChained = row !== undefined;
  }

  /** @returns false for an entry from before there was a chain. */
  step(row: EntryRow, tell: Tell): boolean {
    const { writer, seq, call_id: callId, hash } = row;
    const place = { writer, seq, callId };
    if (hash === null) {
      const { fromMs, untilMs } = this.#chainless;
      if (this.#isChained) tell({ kind: "unchained", ...place, message: `${name(row)} has lost its hash` });
      else if (row.at_ms < fromMs || row.at_ms >= untilMs)
        tell({
          kind: "unchained",
          ...place,
          message: `${name(row)} has no hash, and was not written before there was a chain`,
        });
      this.#seq = seq;
      return false;
    }
    if (!this.#isChained) {
      this.#isChained = true;
      tell({ kind: "extra", ...place, message: `${name(row)} is of a writer that is not on record` });
    }
    if (seq !== this.#seq + 1)
      tell({ kind: "missing", ...place, message: `${gap(this.#seq, seq)} before ${name(row)}` });
    // Hashed on from what the entry says of itself, so that one edit is one finding and not one for each entry after it.
    const expected = chainEntry(seq === this.#seq + 1 ? this.#hash : hash, row);
    if (seq === this.#seq + 1 && expected !== hash)
      tell({ kind: "edited", ...place, message: `${name(row)} is not as it was written, or the one before is not` });
    this.#seq = seq;
    this.#hash = hash;
    return true;
  }

  /** The last entry must be the one that the writer's head names. */
  end(tell: Tell): void {
    const head = this.#row;
    if (head === undefined || (head.seq === this.#seq && head.hash === this.#hash)) return;
    const { writer } = this;
    if (this.#seq < head.seq) {
      const message = `${gap(this.#seq, head.seq + 1)} at the end of writer ${writer}`;
      tell({ kind: "missing", writer, seq: head.seq, message });
    } else if (this.#seq > head.seq) {
      tell({
        kind: "extra",
        writer,
        seq: this.#seq,
        message: `writer ${writer} has entries beyond its last, ${head.seq}`,
      });
    } else {
      tell({
        kind: "edited",
        writer,
        seq: head.seq,
        message: `the last entry of writer ${writer}, ${head.seq}, is not the one written`,
      });
    }
  }
}

function name({ writer, seq, call_id: callId }: EntryRow): string {
  return `entry ${seq} of writer ${writer} (call ${callId})`;
}

function gap(before: number, after: number): string {
  const [first, last] = [before + 1, after - 1];
  if (last < first) return `an entry is out of its place`;
  return first === last ? `entry ${first} is missing` : `entries ${first} to ${last} are missing`;
}

/** By writer and number, page by page. */
async function* rowsOf(db: Kysely<Tables>): AsyncGenerator<EntryRow> {
  let last: EntryRow | undefined;
  for (;;) {
    let query = db.selectFrom("audit_entries").selectAll().orderBy("writer").orderBy("seq").limit(pageRows);
    if (last !== undefined) {
      const { writer, seq } = last;
      query = query.where(({ eb, refTuple, tuple }) => eb(refTuple("writer", "seq"), ">", tuple(writer, seq)));
    }
    const rows = await query.execute();
    yield* rows;
    last = rows.at(-1);
    if (rows.length < pageRows) return;
  }
}

/** That a writer had this entry with this hash. */
interface Claim {
  readonly by: string;
  readonly writer: string;
  readonly seq: number;
  readonly hash: string;
}

function claimsOf(heads: Heads, by: string): Claim[] {
  return Object.entries(heads).map(([writer, [seq, hash]]) => ({ by, writer, seq, hash }));
}

async function walkSeals(
  db: Kysely<Tables>,
  tell: Tell,
): Promise<{ readonly count: number; readonly claims: Claim[] }> {
  const seals = await db.selectFrom("audit_seals").selectAll().orderBy("number").execute();
  const claims: Claim[] = [];
  let before: SealRow | undefined;
  for (const seal of seals) {
    const expected = (before?.number ?? 0) + 1;
    if (seal.number !== expected)
      tell({
        kind: "seal_missing",
        message: `${gap(expected - 1, seal.number).replace("entr", "seal entr")} before seal ${seal.number}`,
      });
    else if (chainSeal(before?.hash ?? genesis, seal) !== seal.hash)
      tell({ kind: "seal_edited", message: `seal ${seal.number} is not as it was made, or the one before is not` });
    claims.push(...claimsOf(readHeads(seal.heads) ?? {}, `seal ${seal.number}`));
    before = seal;
  }
  return { count: seals.length, claims };
}

async function meetClaims(
  db: Kysely<Tables>,
  {
    claims,
    writers,
    tell,
  }: { readonly claims: readonly Claim[]; readonly writers: ReadonlyMap<string, WriterRow>; readonly tell: Tell },
): Promise<void> {
  for (const { by, writer, seq, hash } of claims) {
    const pruned = writers.get(writer);
    if (pruned !== undefined && (seq < pruned.pruned_seq || (seq === pruned.pruned_seq && hash === pruned.pruned_hash)))
      continue;
    const row = await db
      .selectFrom("audit_entries")
      .select(["hash", "call_id"])
      .where("writer", "=", writer)
      .where("seq", "=", seq)
      .executeTakeFirst();
    const kind = by === "the anchor" ? "anchor" : row === undefined ? "missing" : "edited";
    if (row === undefined)
      tell({ kind, writer, seq, message: `entry ${seq} of writer ${writer} is gone, and ${by} has it` });
    else if (row.hash !== hash)
      tell({
        kind,
        writer,
        seq,
        callId: row.call_id,
        message: `entry ${seq} of writer ${writer} is not the one that ${by} has`,
      });
  }
}

/** What a writer's head says of its last seal must be what a seal says. */
function meetSeals(writers: ReadonlyMap<string, WriterRow>, claims: readonly Claim[], tell: Tell): void {
  const sealed = new Map<string, number>();
  for (const { writer, seq } of claims) sealed.set(writer, Math.max(seq, sealed.get(writer) ?? 0));
  for (const { writer, sealed_seq: seq } of writers.values()) {
    if (seq === (sealed.get(writer) ?? 0)) continue;
    tell({
      kind: "seal_missing",
      writer,
      seq,
      message: `writer ${writer} was sealed up to ${seq}, and no seal says so`,
    });
  }
}

/** What was pruned must be named by an entry that a `prune` has left, itself part of the chain. */
async function meetPrunings(db: Kysely<Tables>, writers: ReadonlyMap<string, WriterRow>, tell: Tell): Promise<void> {
  const pruned = [...writers.values()].filter((row) => row.pruned_seq > 0);
  if (pruned.length === 0) return;
  const rows = await db
    .selectFrom("audit_entries")
    .select("arguments")
    .where("type", "=", "admin")
    .where("tool", "=", pruneAction)
    .where("hash", "is not", null)
    .execute();
  const named = rows.flatMap(({ arguments: text }) => Object.entries(readHeads(headsIn(text)) ?? {}));
  for (const { writer, pruned_seq: seq, pruned_hash: hash } of pruned) {
    if (named.some(([of, [upTo, last]]) => of === writer && upTo === seq && last === hash)) continue;
    tell({
      kind: "missing",
      writer,
      seq,
      message: `entries up to ${seq} of writer ${writer} are gone, and no pruning is on record`,
    });
  }
}

/** What a pruning is called in the trail. */
export const pruneAction = "audit.prune";

function headsIn(text: string): string {
  try {
    return JSON.stringify((JSON.parse(text) as { pruned?: unknown }).pruned ?? null);
  } catch {
    return "null";
  }
}
