/** What must not be possible at the console, tried by hand: forged forms, planted sessions, guessed passwords, agents' keys. */
import { describe, expect, it } from "vitest";
import { openForms } from "./browser-like.ts";
import { password, startConsole } from "./house.ts";

async function setUp() {
  const system = await startConsole();
  const ana = openForms(system.origin);
  expect((await ana.signIn("ana", password)).status).toBe(303);
  const statusOf = async (id: string) => (await system.house.store.approvals.find(id))?.status;
  return { ...system, ana, statusOf };
}

describe("a forged form", () => {
  it("decides nothing without the session's token, or with another session's", async () => {
    const { ana, origin, park, statusOf } = await setUp();
    const id = await park();
    const bo = openForms(origin);
    await bo.signIn("bo", password);
    const other = bo.fieldIn((await bo.get(`/console/approvals/${id}`)).text, "token");
    for (const token of ["", "x", other]) {
      expect((await ana.decide(id, { do: "reject", reason: "forged", token })).status).toBe(403);
    }
    expect(await statusOf(id)).toBe("pending");
  });

  it.each([
    ["another origin", { origin: "https://evil.example" }],
    ["another port of this machine", { origin: "http://127.0.0.1:1" }],
    ["a page without an origin", { origin: "null" }],
    ["JSON", { "content-type": "application/json" }],
    ["plain text", { "content-type": "text/plain" }],
  ])("decides nothing when it comes from %s", async (_, headers) => {
    const { ana, park, statusOf } = await setUp();
    const id = await park();
    expect((await ana.decide(id, { do: "reject", reason: "forged" }, headers)).status).toBe(403);
    expect(await statusOf(id)).toBe("pending");
  });

  it("decides nothing by GET, and signs nobody in by a sign-in page of somebody else", async () => {
    const { ana, origin, park, statusOf } = await setUp();
    const id = await park();
    await ana.get(`/console/approvals/${id}?do=approve`);
    expect(await statusOf(id)).toBe("pending");
    const victim = openForms(origin);
    const token = victim.fieldIn((await openForms(origin).get("/console/sign-in")).text, "token");
    expect((await victim.post("/console/sign-in", { token, name: "ana", password })).status).toBe(403);
  });

  it("is answered at a Host that is ours only, and by no other method", async () => {
    const { ana, origin } = await setUp();
    const answer = await fetch(`${origin}/console`, { method: "DELETE" });
    expect(answer.status).toBe(405);
    expect((await ana.get("/console/nothing")).status).toBe(404);
    expect((await ana.get("/consolex")).status).toBe(404);
  });
});

describe("a session", () => {
  it("gets a new id at sign-in, whatever id was planted before, and the planted one opens nothing", async () => {
    const { origin } = await setUp();
    const planted = "a".repeat(43);
    const victim = openForms(origin);
    victim.cookies.set("toolspec_vauchflow", planted);
    await victim.signIn("ana", password);
    expect(victim.cookies.get("toolspec_vauchflow")).not.toBe(planted);
    const attacker = openForms(origin);
    attacker.cookies.set("toolspec_vauchflow", planted);
    expect((await attacker.get("/console")).headers.get("location")).toBe("/console/sign-in");
  });

  it("is a cookie that scripts and other sites do not get, for https alone where it was begun there", async () => {
    const { origin } = await setUp();
    const plain = openForms(origin);
    const set = (await plain.signIn("ana", password)).headers.getSetCookie().join();
    expect(set).toMatch(/^toolspec_vauchflow=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    const secure = openForms(origin);
    const https = origin.replace("http:", "https:");
    const answer = await secure.signIn("ana", password, { origin: https });
    expect(answer.headers.getSetCookie().join()).toMatch(
      /^__Host-toolspec_vauchflow=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    );
    expect((await secure.get("/console")).status).toBe(200);
    const id = secure.cookies.get("__Host-toolspec_vauchflow") ?? "";
    const over = openForms(origin);
    over.cookies.set("toolspec_vauchflow", id);
    expect((await over.get("/console")).status).toBe(303);
  });

  it("ends when it is signed out, everywhere where that is asked for", async () => {
    const { ana, origin } = await setUp();
    const phone = openForms(origin);
    await phone.signIn("ana", password);
    const id = ana.cookies.get("toolspec_vauchflow") ?? "";
    const token = ana.fieldIn((await ana.get("/console")).text, "token");
    expect((await ana.post("/console/sign-out", { token, which: "all" })).status).toBe(303);
    expect((await phone.get("/console")).status).toBe(303);
    ana.cookies.set("toolspec_vauchflow", id);
    expect((await ana.get("/console")).status).toBe(303);
  });

  it("leads back to where it was wanted, and nowhere else", async () => {
    const { origin, park } = await setUp();
    const path = `/console/approvals/${await park()}`;
    const forms = openForms(origin);
    const location = (await forms.get(path)).headers.get("location") ?? "";
    expect(location).toBe(`/console/sign-in?next=${encodeURIComponent(path)}`);
    for (const [next, expected] of [
      [path, path],
      ["//evil.example", "/console"],
      ["https://evil.example/console", "/console"],
      ["/console/..//evil.example", "/console"],
      ["/consoleevil", "/console"],
      ["/console\r\nset-cookie: a=b", "/console"],
    ] as const) {
      const fresh = openForms(origin);
      const { text } = await fresh.get(`/console/sign-in?${new URLSearchParams({ next })}`);
      expect(fresh.fieldIn(text, "next")).toBe(expected);
    }
  });
});

describe("guessing", () => {
  it("has to wait after five wrong passwords, however many browsers guess at the same time", async () => {
    const { origin } = await setUp();
    const answers = await Promise.all(
      [...Array(15).keys()].map((n) => openForms(origin).signIn("bo", `guess number ${n}`)),
    );
    const refused = answers.filter(({ status }) => status === 401);
    // On a busy machine the first wait may be over before the last of them comes.
    expect(refused.length).toBeGreaterThanOrEqual(5);
    expect(refused.length).toBeLessThanOrEqual(8);
    const waits = answers.filter(({ status }) => status !== 401);
    for (const { status, headers, text } of waits) {
      expect(status).toBe(429);
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
      expect(text).toContain("There were too many tries.");
    }
  });

  it("is told the same of names that there are and names that there are not", async () => {
    const { origin } = await setUp();
    const [known, unknown] = [
      await openForms(origin).signIn("bo", "wrong password"),
      await openForms(origin).signIn("zoe", "wrong password"),
    ];
    expect(known.status).toBe(unknown.status);
    expect(known.text.replaceAll(/"[\w-]{43}"|"bo"/g, "")).toBe(unknown.text.replaceAll(/"[\w-]{43}"|"zoe"/g, ""));
  });
});

describe("who may not", () => {
  it("is an agent, with whatever key in whatever header", async () => {
    const { origin, agent, park, statusOf } = await setUp();
    const id = await park();
    const keys: readonly Record<string, string>[] = [
      { "x-api-key": agent },
      { authorization: `Bearer ${agent}` },
      { cookie: `toolspec_vauchflow=${agent}` },
    ];
    for (const headers of keys) {
      const forms = openForms(origin);
      for (const path of ["/console", `/console/approvals/${id}`]) {
        const answer = await forms.get(path, headers);
        expect([answer.status, answer.text]).toEqual([303, ""]);
      }
      const fields = { do: "approve", token: "", seen: "" };
      expect((await forms.post(`/console/approvals/${id}`, fields, headers)).status).toBe(403);
    }
    expect((await openForms(origin).signIn("agent", agent)).status).toBe(401);
    expect(await statusOf(id)).toBe("pending");
  });

  it("is a viewer, whatever form is sent", async () => {
    const { origin, park, statusOf } = await setUp();
    const id = await park();
    const vera = openForms(origin);
    await vera.signIn("vera", password);
    const { text } = await vera.get(`/console/approvals/${id}`);
    expect(text).toContain("You may look at it. Approvers decide.");
    expect(text).not.toContain('value="approve"');
    for (const what of ["approve", "reject", "approve_edited", "check", "dry_run", "executed"]) {
      const fields = { do: what, reason: "because", edited: "{}", token: vera.fieldIn(text, "token"), seen: "" };
      expect((await vera.post(`/console/approvals/${id}`, fields)).status).toBe(403);
    }
    expect(await statusOf(id)).toBe("pending");
  });
});

describe("every page", () => {
  it("can be framed by nobody, loads nothing foreign, and is kept nowhere", async () => {
    const { ana, park } = await setUp();
    const id = await park();
    for (const path of ["/console", `/console/approvals/${id}`, "/console/sign-in", "/console/nothing"]) {
      const { headers } = await ana.get(path);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain("unsafe");
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("referrer-policy")).toBe("same-origin");
    }
  });

  it("shows an agent's markup, and its invisible characters, as text", async () => {
    const { ana, park } = await setUp();
    const hostile = `"><script>alert(1)</script>\u202e\u{e0041}</textarea>`;
    const id = await park({ name: hostile }, "create_campaign");
    for (const path of ["/console", `/console/approvals/${id}`]) {
      const { text } = await ana.get(path);
      expect(text).not.toContain("<script>alert");
      expect(text).not.toMatch(/[\u202e]|\u{e0041}/u);
      expect(text).toContain("\\u202e\\udb40\\udc41");
    }
  });
});
