import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Clock, OperatorId, OperatorRecord, OperatorStore, Random } from "../ports.ts";
import { HashingBusyError, isPassword } from "./operator-password.ts";

/** Milliseconds without a request after which a session ends. */
const idleMs = 30 * 60_000;

/** Milliseconds after which it ends in any case: a working day. */
const sessionMaxMs = 12 * 60 * 60_000;

/** Milliseconds between two notes of when a session was seen: one write a minute, not one a request. */
const noteEveryMs = 60_000;

/** Tries of one name that cost nothing; after them waiting doubles from a second up to a quarter of an hour. */
const nameTriesFree = 5;
const nameWaitMaxMs = 15 * 60_000;

/** The same of one address, behind which may be a whole office or a proxy: so more are free, and waiting stays short. */
const addressTriesFree = 20;
const addressWaitMaxMs = 60_000;

/** Tries are forgotten after a day without another. */
const forgetAfterMs = 24 * 60 * 60_000;

/** A browser that is signed in. */
export interface SignedIn {
  readonly operator: OperatorRecord;
  /** Must come back with every form of this session. */
  readonly formToken: string;
}

/** How a sign-in ended. */
export type SignIn =
  | { readonly kind: "signed_in"; readonly id: string; readonly operator: OperatorRecord }
  | { readonly kind: "refused" }
  | { readonly kind: "wait"; readonly seconds: number }
  | { readonly kind: "busy" };

/** Sessions of operators. */
export interface OperatorSessions {
  /** Sign in with name and password. The session's id is always a new one. */
  signIn(given: {
    readonly name: string;
    readonly password: string;
    /** Where from. */
    readonly address: string;
    readonly isSecure: boolean;
  }): Promise<SignIn>;
  /** Who is signed in with this id. `isActive` says that a person did something, which keeps the session from ending. */
  find(id: string, how: { readonly isSecure: boolean; readonly isActive: boolean }): Promise<SignedIn | undefined>;
  /** End one session, or all of its operator. */
  signOut(id: string, which: "this" | "all"): Promise<void>;
  /** A new unguessable id, for browsers that are not signed in. */
  newId(): string;
}

/** Let operators of one server sign in. */
export function createOperatorSessions(options: {
  readonly server: string;
  readonly store: OperatorStore;
  readonly clock: Pick<Clock, "now">;
  readonly random: Pick<Random, "bytes">;
}): OperatorSessions {
  const { server, store, clock, random } = options;
  const newId = () => Buffer.from(random.bytes(32)).toString("base64url");

  /** @returns seconds to wait, where that is so. */
  async function countTry(subject: string, free: number, most: number): Promise<number | undefined> {
    const nowMs = clock.now();
    const waitMs = (tries: number) => (tries < free ? 0 : Math.min(1000 * 2 ** Math.min(tries - free, 30), most));
    const untilMs = await store.beginAttempt({ subject, nowMs, waitMs, forgetAfterMs });
    return untilMs === undefined ? undefined : Math.max(1, Math.ceil((untilMs - nowMs) / 1000));
  }

  return {
    newId,
    async signIn({ name, password, address, isSecure }) {
      const byAddress = hash(`${server}\0address\0${address}`);
      const byName = triesOfName({ server, name });
      const seconds =
        (await countTry(byAddress, addressTriesFree, addressWaitMaxMs)) ??
        (await countTry(byName, nameTriesFree, nameWaitMaxMs));
      if (seconds !== undefined) return { kind: "wait", seconds };
      const operator = await store.find({ server, name });
      try {
        if (!(await isPassword(password, operator?.passwordHash)) || operator === undefined) return { kind: "refused" };
      } catch (error) {
        if (error instanceof HashingBusyError) return { kind: "busy" };
        throw error;
      }
      await store.forgetAttempts(byName);
      await store.forgetAttempts(byAddress);
      const [id, nowMs] = [newId(), clock.now()];
      const session = { hash: hash(id), server, name, isSecure, createdAtMs: nowMs, seenAtMs: nowMs };
      await store.openSession(session, nowMs - sessionMaxMs);
      return { kind: "signed_in", id, operator };
    },
    async find(id, { isSecure, isActive }) {
      const found = await store.findSession(hash(id));
      if (found === undefined || found.session.server !== server || found.session.isSecure !== isSecure)
        return undefined;
      const { createdAtMs, seenAtMs } = found.session;
      const nowMs = clock.now();
      if (nowMs - createdAtMs >= sessionMaxMs || nowMs - seenAtMs >= idleMs) {
        await store.closeSession(hash(id));
        return undefined;
      }
      if (isActive && nowMs - seenAtMs >= noteEveryMs) await store.touchSession(hash(id), nowMs);
      return { operator: found.operator, formToken: formTokenOf(id) };
    },
    async signOut(id, which) {
      const found = await store.findSession(hash(id));
      if (found === undefined || found.session.server !== server) return;
      if (which === "this") await store.closeSession(hash(id));
      else await store.closeSessions(found.session);
    },
  };
}

/** Under what tries to sign in with a name are counted. */
export function triesOfName({ server, name }: OperatorId): string {
  return hash(`${server}\0name\0${name}`);
}

/** What a form of this browser must bring: bound to its cookie, and of no use to find it out. */
export function formTokenOf(id: string): string {
  return createHmac("sha256", id).update("form").digest("base64url");
}

/** In constant time. */
export function isFormToken(id: string, given: string): boolean {
  const [expected, actual] = [Buffer.from(formTokenOf(id)), Buffer.from(given)];
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
