import { randomBytes, randomUUID, scryptSync } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import { openStore } from "../store/open.ts";
import { hashPassword, isPassword } from "./operator-password.ts";
import { createOperatorSessions, formTokenOf, isFormToken } from "./operator-sessions.ts";

const password = "correct horse battery";
const minuteMs = 60_000;
const plain = { isSecure: false, isActive: true };

/** As `hashPassword` makes it, at a ten-thousandth of its cost: what sessions do does not depend on that. */
const passwordHash = hashCheaply("salt");

function hashCheaply(salt: string): string {
  const hash = scryptSync(password, salt, 32, { N: 16, r: 1, p: 1 });
  return `scrypt$16$1$1$${Buffer.from(salt).toString("base64url")}$${hash.toString("base64url")}`;
}

/** Sessions of a server where ana is an approver, on a clock of our own. */
async function setUp() {
  const time = { ms: 1_750_000_000_000 };
  const clock = { now: () => time.ms, monotonic: () => 0 };
  const random = { uuid: randomUUID, bytes: (length: number) => new Uint8Array(randomBytes(length)) };
  const store = await openStore({ file: ":memory:", clock, random });
  onTestFinished(() => store.close());
  const { operators } = store;
  await operators.insert({ server: "s", name: "ana", role: "approver", passwordHash, createdAtMs: 0 });
  const sessions = createOperatorSessions({ server: "s", store: operators, clock, random });
  const signIn = (given: { name?: string; password?: string; address?: string; isSecure?: boolean } = {}) =>
    sessions.signIn({ name: "ana", password, address: "10.0.0.1", isSecure: false, ...given });
  const signedIn = async (isSecure = false) => {
    const done = await signIn({ isSecure });
    if (done.kind !== "signed_in") throw new Error(`not signed in: ${done.kind}`);
    return done.id;
  };
  return { operators, sessions, signIn, signedIn, time, clock, random };
}

describe("a session", () => {
  it("begins with name and password, with a new id each time, which the store does not hold", async () => {
    const { sessions, signedIn, operators } = await setUp();
    const [first, second] = [await signedIn(), await signedIn()];
    expect(first).not.toBe(second);
    expect(first).toMatch(/^[\w-]{43}$/);
    expect(await operators.findSession(first)).toBeUndefined();
    expect((await sessions.find(first, plain))?.operator).toMatchObject({ name: "ana", role: "approver" });
  });

  it("ends after half an hour in which nobody does anything, however often the page looks by itself", async () => {
    const { sessions, signedIn, time } = await setUp();
    const id = await signedIn();
    for (let minute = 0; minute < 29; minute++) {
      time.ms += minuteMs;
      expect(await sessions.find(id, { isSecure: false, isActive: false })).toBeDefined();
    }
    time.ms += minuteMs;
    expect(await sessions.find(id, plain)).toBeUndefined();
  });

  it("ends after twelve hours in any case", async () => {
    const { sessions, signedIn, time } = await setUp();
    const id = await signedIn();
    for (let minute = 0; minute < 719; minute += 1) {
      time.ms += minuteMs;
      expect(await sessions.find(id, plain)).toBeDefined();
    }
    time.ms += minuteMs;
    expect(await sessions.find(id, plain)).toBeUndefined();
  });

  it("is no session of another server, and begun over https none over http", async () => {
    const { sessions, signedIn, operators, clock, random } = await setUp();
    const other = createOperatorSessions({ server: "other", store: operators, clock, random });
    expect(await other.find(await signedIn(), plain)).toBeUndefined();
    const id = await signedIn(true);
    expect(await sessions.find(id, plain)).toBeUndefined();
    expect(await sessions.find(id, { isSecure: true, isActive: true })).toBeDefined();
  });

  it("is signed out alone, or with all others of its operator", async () => {
    const { sessions, signedIn } = await setUp();
    const [one, two, three] = [await signedIn(), await signedIn(), await signedIn()];
    await sessions.signOut(one, "this");
    expect(await sessions.find(one, plain)).toBeUndefined();
    expect(await sessions.find(two, plain)).toBeDefined();
    await sessions.signOut(two, "all");
    expect(await sessions.find(three, plain)).toBeUndefined();
  });

  it("ends with its account", async () => {
    const { sessions, signedIn, operators } = await setUp();
    const id = await signedIn();
    await operators.remove({ server: "s", name: "ana" });
    expect(await sessions.find(id, plain)).toBeUndefined();
  });
});

describe("sign-in", () => {
  it("says the same of a wrong name and a wrong password", async () => {
    const { signIn } = await setUp();
    expect(await signIn({ password: "wrong" })).toEqual({ kind: "refused" });
    expect(await signIn({ name: "nobody" })).toEqual({ kind: "refused" });
    expect(await signIn({ name: "ANA" })).toEqual({ kind: "refused" });
  });

  it("makes guesses of one name wait, from whatever address, twice as long each time, and lets them go on", async () => {
    const { signIn, time } = await setUp();
    const guess = (n: number) => signIn({ password: `guess ${n}`, address: `10.0.0.${n}` });
    for (let n = 0; n < 5; n++) expect(await guess(n)).toEqual({ kind: "refused" });
    expect(await guess(5)).toEqual({ kind: "wait", seconds: 1 });
    // The right password has to wait too, or waiting would tell which one it is.
    expect(await signIn()).toEqual({ kind: "wait", seconds: 1 });
    time.ms += 1000;
    expect(await guess(6)).toEqual({ kind: "refused" });
    expect(await guess(7)).toEqual({ kind: "wait", seconds: 2 });
    time.ms += 2000;
    expect(await signIn()).toMatchObject({ kind: "signed_in" });
    expect(await guess(8)).toEqual({ kind: "refused" });
  });

  it("counts guesses that are made at the same time", async () => {
    const { signIn } = await setUp();
    const all = await Promise.all([...Array(12).keys()].map((n) => signIn({ password: `guess ${n}` })));
    expect(all.filter(({ kind }) => kind === "refused")).toHaveLength(5);
    expect(all.filter(({ kind }) => kind === "wait")).toHaveLength(7);
  });

  it("makes guesses of many names from one address wait, at most a minute", async () => {
    const { operators, time } = await setUp();
    const attempt = {
      subject: "a",
      nowMs: time.ms,
      waitMs: (tries: number) => (tries < 3 ? 0 : 60_000),
      forgetAfterMs: 86_400_000,
    };
    expect(await operators.beginAttempt(attempt)).toBeUndefined();
    expect(await operators.beginAttempt(attempt)).toBeUndefined();
    expect(await operators.beginAttempt(attempt)).toBeUndefined();
    expect(await operators.beginAttempt(attempt)).toBe(time.ms + 60_000);
    expect(await operators.beginAttempt({ ...attempt, nowMs: time.ms + 86_400_001 })).toBeUndefined();
  });
});

describe("passwords", () => {
  it("are good whichever way their letters are composed, and nothing but themselves is", async () => {
    const stored = await hashPassword("Grüße aus Köln");
    expect(await isPassword("Gru\u0308ße aus Ko\u0308ln", stored)).toBe(true);
    expect(await isPassword(password, passwordHash)).toBe(true);
    expect(await isPassword(password.toUpperCase(), passwordHash)).toBe(false);
    expect(await isPassword("", passwordHash)).toBe(false);
    expect(await isPassword("", undefined)).toBe(false);
    expect(await isPassword("", "")).toBe(false);
    expect(await isPassword("x", "plain$x")).toBe(false);
  });
});

describe("form tokens", () => {
  it("are of one session only", () => {
    expect(isFormToken("a", formTokenOf("a"))).toBe(true);
    expect(isFormToken("a", formTokenOf("b"))).toBe(false);
    expect(isFormToken("a", "")).toBe(false);
  });
});
