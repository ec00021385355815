/** What `keys` and `tokens` do alike: find one that is stored, revoke it, give it a new value. */
import type { Secret } from "../call.ts";
import { hashKey, namedBy } from "../identity/key-format.ts";
import { nearest } from "../identity/nearest.ts";
import type { NewValue } from "../ports.ts";
import { CommandProblem, leaveEntry, type Work, writeJson } from "./store-command.ts";
import { describeEnded, describeRotation, toDate } from "./store-text.ts";

/** What a stored key or token has, whichever it is. */
interface StoredCredential {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly hint: string;
  readonly expiresAtMs: number | undefined;
  readonly revokedAtMs: number | undefined;
  readonly rotatedAtMs?: number | undefined;
}

/** Keys or tokens: where they are, and how they are spoken of. */
export interface Shelf<Found extends StoredCredential> {
  readonly noun: "key" | "token";
  readonly store: {
    findByHash(hash: string): Promise<Found | undefined>;
    list(filter: { readonly tenant?: string }): Promise<readonly Found[]>;
    revoke(id: string, atMs: number): Promise<boolean>;
    rotate(id: string, value: NewValue): Promise<boolean>;
  };
  readonly describe: (record: Found) => string;
  readonly toTable: (records: readonly Found[], nowMs: number) => string;
  readonly toJson: (record: Found, nowMs: number) => Readonly<Record<string, unknown>>;
}

/** Programs ask for JSON. */
export interface JsonOption {
  readonly json?: boolean;
}

/** Options of `list`. */
export interface ListOptions extends JsonOption {
  readonly tenant?: string;
}

/** Show those of one tenant, or all, without what they are. */
export async function listStored<Found extends StoredCredential>(
  { tenant, json }: ListOptions,
  shelf: Shelf<Found>,
  { clock, stdout, stderr }: Work,
): Promise<void> {
  const records = await shelf.store.list(tenant === undefined ? {} : { tenant });
  const nowMs = clock.now();
  const { noun } = shelf;
  if (json === true)
    writeJson(
      stdout,
      records.map((record) => shelf.toJson(record, nowMs)),
    );
  else if (records.length === 0) stderr.write(`There are no ${noun}s. Make one with \`toolspec ${noun}s create\`.\n`);
  else stdout.write(shelf.toTable(records, nowMs));
}

/** End one for good. One that was ended before is no error. */
export async function revokeStored<Found extends StoredCredential>(
  given: string,
  { json }: JsonOption,
  shelf: Shelf<Found>,
  work: Work,
): Promise<void> {
  const { clock, stdout, stderr } = work;
  const record = await findStored(given, shelf, work);
  const nowMs = clock.now();
  const isRevoked = await shelf.store.revoke(record.id, nowMs);
  if (isRevoked) await leaveEntry(entryOf("revoke", record, shelf), work);
  const revokedAtMs = record.revokedAtMs ?? nowMs;
  if (json === true) writeJson(stdout, shelf.toJson({ ...record, revokedAtMs }, nowMs));
  else if (isRevoked) stderr.write(`Revoked ${shelf.describe(record)}. Servers on this machine refuse it at once.\n`);
  else stderr.write(`${shelf.describe(record)} was revoked before, on ${toDate(revokedAtMs)}.\n`);
}

/** Give one a new value, print it once, and say what clients must be told. The old value ends with the same statement. */
export async function rotateStored<Found extends StoredCredential>(
  given: string,
  { json }: JsonOption,
  shelf: Shelf<Found> & {
    readonly renew: (record: Found) => { readonly secret: Secret; readonly value: NewValue };
    /** The header that clients send, with a placeholder for the value. */
    readonly header: (record: Found) => string;
  },
  work: Work,
): Promise<void> {
  const { server, stdout, stderr } = work;
  const record = await findStored(given, shelf, work);
  const { secret, value } = shelf.renew(record);
  if (!(await shelf.store.rotate(record.id, value)))
    throw new CommandProblem("failure", describeEnded(shelf.describe(record), record, value.atMs));
  await leaveEntry(entryOf("rotate", record, shelf), work);
  if (json === true) {
    const renewed = { ...record, hash: value.hash, hint: value.hint, rotatedAtMs: value.atMs };
    writeJson(stdout, { [shelf.noun]: secret.reveal(), ...shelf.toJson(renewed, value.atMs) });
    return;
  }
  stderr.write(`${describeRotation({ whose: shelf.describe(record), server, header: shelf.header(record) })}\n`);
  stdout.write(`${secret.reveal()}\n`);
}

function entryOf<Found extends StoredCredential>(what: "revoke" | "rotate", record: Found, { noun }: Shelf<Found>) {
  const { id, tenant, name } = record;
  return { action: `${noun}s.${what}`, tenant, arguments: { id, name } };
}

/** By its id, or by itself where only that is known. */
async function findStored<Found extends StoredCredential>(
  given: string,
  { noun, store, describe }: Shelf<Found>,
  { server }: Work,
): Promise<Found> {
  const listing = `toolspec ${noun}s list`;
  if (namedBy(given, server.auth) !== undefined) {
    const found = await store.findByHash(hashKey(given));
    // The text may be live at another server, so it is not repeated.
    if (found === undefined)
      throw new CommandProblem("failure", `${server.name} has no such ${noun}. Look for its id with \`${listing}\`.`);
    return found;
  }
  const records = await store.list({});
  const found = records.find((record) => record.id === given);
  if (found !== undefined) return found;
  const meant = nearest(
    given,
    records.map((record) => record.id),
  );
  const near = records.find((record) => record.id === meant);
  const mend = near === undefined ? `\`${listing}\` shows the ids.` : `Did you mean ${near.id}, ${describe(near)}?`;
  throw new CommandProblem("failure", `There is no ${noun} with the id ${JSON.stringify(given.slice(0, 64))}. ${mend}`);
}
