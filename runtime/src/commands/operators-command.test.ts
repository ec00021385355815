import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { isPassword } from "../identity/operator-password.ts";
import { createOperatorSessions } from "../identity/operator-sessions.ts";
import { nowMs, setUpCommand } from "./fixture.ts";
import { operatorsCommand } from "./operators-command.ts";
import { type PasswordInput, readPassword } from "./read-password.ts";

const password = "correct horse battery";
const ana = { server: "vauchflow", name: "ana" };

const setUp = (given: string | undefined = password) =>
  setUpCommand(operatorsCommand, { auth: [], ...(given !== undefined && { password: given }) });

describe("operators", () => {
  it("creates, lists and removes accounts, and leaves an entry of each without the password", async () => {
    const { run, store, entries } = await setUp();
    const created = await run("create", "--name", "ana", "--role", "approver");
    expect([created.code, created.err]).toEqual([0, "ana may sign in at /console as approver.\n"]);
    const found = await store.operators.find(ana);
    expect(found?.passwordHash).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
    expect(await isPassword(password, found?.passwordHash)).toBe(true);
    expect((await run("list")).out.split("\n")[1]).toMatch(/^ana +approver +2026-09-01 12:30 UTC$/);
    expect((await run("list", "--json")).out).not.toContain("scrypt");
    expect((await run("remove", "--name", "ana")).code).toBe(0);
    expect((await run("remove", "--name", "ana")).err).toContain("ana has no account.");
    const done = await entries();
    expect(done.map(({ tool, callerId, arguments: given }) => [tool, callerId, given])).toEqual([
      ["operators.create", "ada", { name: "ana", role: "approver" }],
      ["operators.remove", "ada", { name: "ana" }],
    ]);
    expect(JSON.stringify(await store.audit.entries())).not.toContain("horse");
  });

  it("refuses a taken name, a short password, a role that there is not, and a name that forges a line", async () => {
    const { run, store } = await setUp();
    await run("create", "--name", "ana", "--role", "viewer");
    expect((await run("create", "--name", "ana", "--role", "admin")).err).toContain("ana has an account already.");
    expect((await store.operators.find(ana))?.role).toBe("viewer");
    expect((await run("create", "--name", "bo", "--role", "owner")).code).toBe(2);
    expect((await run("create", "--name", "b\no", "--role", "viewer")).code).toBe(2);
    const short = await (await setUp("too short")).run("create", "--name", "ana", "--role", "viewer");
    expect([short.code, short.err]).toEqual([2, "error: The password has 9 characters; it needs at least 12.\n"]);
  });

  it("signs an account out everywhere when it gets a new password", async () => {
    const { run, store } = await setUp();
    await run("create", "--name", "ana", "--role", "viewer");
    const sessions = createOperatorSessions({
      server: "vauchflow",
      store: store.operators,
      clock: { now: () => nowMs },
      random: { bytes: (length) => new Uint8Array(length).fill(7) },
    });
    const signedIn = await sessions.signIn({ name: "ana", password, address: "::1", isSecure: false });
    const id = signedIn.kind === "signed_in" ? signedIn.id : "";
    expect(await sessions.find(id, { isSecure: false, isActive: true })).toBeDefined();
    expect((await run("password", "--name", "ana")).code).toBe(0);
    expect(await sessions.find(id, { isSecure: false, isActive: true })).toBeUndefined();
  });
});

/** What a terminal or a pipe sends, and what it is asked. */
function input(text: string, isTTY: boolean) {
  const raw: boolean[] = [];
  const stream: PasswordInput = Object.assign(new PassThrough(), {
    isTTY,
    setRawMode: (isRaw: boolean) => raw.push(isRaw),
  });
  (stream as PassThrough).end(text);
  return { stream, raw };
}

describe("readPassword", () => {
  it("takes the first line of a pipe", async () => {
    expect(await readPassword(input("correct horse\nmore\n", false).stream, { write: () => {} })).toBe("correct horse");
  });

  it("asks twice at a terminal, echoes nothing, and lets the user mend", async () => {
    const { stream, raw } = input("secrex\u007ft\rsecret\r", true);
    const prompts: string[] = [];
    expect(await readPassword(stream, { write: (text) => prompts.push(text) })).toBe("secret");
    expect(prompts.join("")).toBe("Password: \nThe same again: \n");
    expect(raw).toEqual([true, false]);
  });

  it.each([
    ["two that differ", "one\rtwo\r", "The two passwords differ.", 1],
    ["Ctrl-C", "on\u0003", "Nothing was changed.", 130],
    ["no end", "x".repeat(5000), "too long", 2],
  ])("refuses %s and gives the terminal back", async (_, text, message, exitCode) => {
    const { stream, raw } = input(text, true);
    await expect(readPassword(stream, { write: () => {} })).rejects.toMatchObject({
      message: expect.stringContaining(message),
      exitCode,
    });
    expect(raw).toEqual([true, false]);
  });
});
