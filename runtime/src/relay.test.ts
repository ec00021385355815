import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createReplayCache, createSigner, type RelaySecret, sign, verify } from "./relay.ts";

const secret = "a-relay-secret-of-at-least-32-bytes!";
const other = "the-previous-secret-of-at-least-32-bytes";
const atSeconds = 1_767_225_600;
const request = { method: "POST", target: "/api/v1/x?a=1", body: Buffer.from('{"a":1}') };
const header = sign({ ...request, secret, atSeconds });
const check = (changes: Partial<Parameters<typeof verify>[0]> = {}) =>
  verify({ ...request, header, secrets: [{ secret }], nowSeconds: atSeconds, ...changes });

describe("verify", () => {
  it("throws where the backend is misconfigured", () => {
    const bad: readonly (readonly RelaySecret[])[] = [
      [],
      [{ secret }, { secret: other }, { secret: other }],
      [{ secret: "x".repeat(31) }],
      [{ id: "a b", secret }],
      [
        { id: "k", secret },
        { id: "k", secret: other },
      ],
    ];
    for (const secrets of bad) expect(() => check({ secrets })).toThrow(/secret|key id/);
    for (const nowSeconds of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => check({ nowSeconds })).toThrow("Unix");
    expect(() => check({ secrets: [{ secret: "my-own-short-secret" }] })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("my-own") }),
    );
  });

  it("refuses a method or a target that could be read in two ways", () => {
    const dotted = sign({ method: "GET", target: "/a./b", secret, atSeconds });
    expect(
      verify({ method: "GET./a", target: "/b", header: dotted, secrets: [{ secret }], nowSeconds: atSeconds }),
    ).toEqual({ ok: false, reason: "mismatch" });
    expect(check({ target: "http://x/api/v1/x?a=1" })).toEqual({ ok: false, reason: "mismatch" });
  });

  it("leaves the cache alone when the signature does not fit", () => {
    const replays = createReplayCache({ entriesMax: 1 });
    const forged = header.replace(/v1=./, (start) => `v1=${start.endsWith("0") ? "1" : "0"}`);
    expect(check({ header: forged, replays })).toEqual({ ok: false, reason: "mismatch" });
    expect(check({ replays })).toEqual({ ok: true, atSeconds });
    expect(check({ replays })).toEqual({ ok: false, reason: "replayed" });
  });

  it("accepts what sign made, and nothing that differs in one place", () => {
    const requests = fc.record({
      method: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE"),
      target: fc
        .string({ unit: fc.constantFrom("a", "/", "?", "&", "=", ".", "%", "2", "F", "+", "~"), maxLength: 40 })
        .map((rest) => `/${rest}`),
      body: fc.uint8Array({ maxLength: 200 }),
      secret: fc.string({ unit: "grapheme", minLength: 32, maxLength: 60 }),
      keyId: fc.option(fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/), { nil: undefined }),
      atSeconds: fc.nat(4_000_000_000),
    });
    const differences = fc.constantFrom("method", "target", "body", "time", "signature", "secret");
    fc.assert(
      fc.property(
        requests,
        differences,
        fc.nat(),
        fc.integer({ min: -300, max: 300 }),
        (made, difference, at, skew) => {
          const header = sign(made);
          const secrets = [{ id: made.keyId, secret: made.secret }];
          const nowSeconds = made.atSeconds + skew;
          const good = { ...made, header, secrets, nowSeconds };
          expect(verify(good).ok).toBe(true);
          expect(verify(change(good, difference, at)).ok).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("never throws for what a stranger sends", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary" }), fc.array(fc.string())),
        fc.string({ unit: "binary" }),
        fc.string({ unit: "binary" }),
        (text, method, target) => {
          expect(check({ header: text, method, target }).ok).toBe(false);
          expect(check({ method, target }).ok).toBe(method === request.method && target === request.target);
        },
      ),
    );
  });
});

type Options = Parameters<typeof verify>[0];

/** The same, but for one bit or character. */
function change(options: Options, what: string, at: number): Options {
  const { method, target, body = new Uint8Array(), header, secrets } = options;
  const text = header as string;
  switch (what) {
    case "method":
      return { ...options, method: method === "GET" ? "HEAD" : "GET" };
    case "target": {
      const place = at % (target.length + 1);
      return { ...options, target: `${target.slice(0, place) || "/"}x${target.slice(place)}` };
    }
    case "body": {
      const place = at % (body.length + 1);
      return {
        ...options,
        body: Buffer.concat([body.subarray(0, place), Buffer.from([at % 256]), body.subarray(place)]),
      };
    }
    case "time":
      return { ...options, header: text.replace(/t=(\d+)/, (_whole, t) => `t=${Number(t) + 1}`) };
    case "signature": {
      const place = text.indexOf("v1=") + 3 + (at % 64);
      return { ...options, header: text.slice(0, place) + (text[place] === "0" ? "1" : "0") + text.slice(place + 1) };
    }
    default:
      return { ...options, secrets: secrets.map(({ id, secret: known }) => ({ id, secret: `${known}.` })) };
  }
}

describe("sign", () => {
  it.each([
    ["a short secret", { secret: "x".repeat(31) }, "at least 32 bytes"],
    ["a lower-case method", { method: "post" }, "upper-case"],
    ["an absolute target", { target: "http://x/a" }, "start with"],
    ["a target with a blank", { target: "/a b" }, "printable"],
    ["a key id with a comma", { keyId: "a,b" }, "key id"],
    ["an empty key id", { keyId: "" }, "key id"],
    ["half a second", { atSeconds: 1.5 }, "whole seconds"],
    ["milliseconds", { atSeconds: 1_767_225_600_000 }, "whole seconds"],
  ])("refuses %s", (_what, changes, message) => {
    expect(() => sign({ ...request, secret, atSeconds, ...changes })).toThrow(message);
  });

  it("counts the secret in bytes, not in characters", () => {
    expect(() => sign({ ...request, secret: "é".repeat(16), atSeconds })).not.toThrow();
  });
});

describe("a signer", () => {
  it("never issues a signature twice, and stays within the window", () => {
    const signer = createSigner({ secret, keyId: "k1" });
    const replays = createReplayCache();
    for (let turn = 0; turn < 120; turn += 1) {
      const given = check({ header: signer(request, atSeconds + 0.9), secrets: [{ id: "k1", secret }], replays });
      expect(given).toEqual({ ok: true, atSeconds: atSeconds - turn, keyId: "k1" });
    }
    expect(check({ header: signer(request, atSeconds), secrets: [{ id: "k1", secret }] })).toMatchObject({
      ok: true,
      atSeconds,
    });
  });

  it("dates back equal requests alone", () => {
    const signer = createSigner({ secret });
    signer(request, atSeconds);
    expect(signer({ ...request, target: "/y" }, atSeconds)).toContain(`t=${atSeconds},`);
    expect(signer(request, atSeconds + 1)).toContain(`t=${atSeconds + 1},`);
    expect(signer(request, atSeconds + 1)).toContain(`t=${atSeconds - 1},`);
  });

  it("goes on signing when it can remember no more", () => {
    const signer = createSigner({ secret });
    for (let turn = 0; turn < 200_001; turn += 1) signer({ method: "GET", target: `/${turn}` }, atSeconds);
    expect(signer(request, atSeconds)).toBe(header);
    expect(signer(request, atSeconds)).toBe(header);
    signer(request, atSeconds + 121);
    expect(signer(request, atSeconds + 121)).toContain(`t=${atSeconds + 120},`);
  });

  it("is not made with a short secret or a bad key id", () => {
    expect(() => createSigner({ secret: "short" })).toThrow("at least 32 bytes");
    expect(() => createSigner({ secret, keyId: "a b" })).toThrow("key id");
  });
});

describe("a replay cache", () => {
  it("refuses what it cannot remember until the oldest may be forgotten", () => {
    const cache = createReplayCache({ entriesMax: 2 });
    expect(["a", "b", "c", "a"].map((signature, second) => cache.admit(signature, second))).toEqual([
      "new",
      "new",
      "full",
      "seen",
    ]);
    expect(cache.admit("c", 600)).toBe("full");
    expect(cache.admit("c", 601)).toBe("new");
    expect(cache.admit("d", 601)).toBe("full");
  });

  it("remembers a signature for as long as any verifier would take it", () => {
    const replays = createReplayCache();
    expect(check({ nowSeconds: atSeconds - 300, replays })).toMatchObject({ ok: true });
    expect(check({ nowSeconds: atSeconds + 300, replays })).toEqual({ ok: false, reason: "replayed" });
    expect(check({ nowSeconds: atSeconds + 301, replays })).toEqual({ ok: false, reason: "stale" });
  });

  it("keeps what it knows when the clock is set back", () => {
    const cache = createReplayCache();
    cache.admit("a", 1000);
    expect(cache.admit("b", 0)).toBe("new");
    expect(cache.admit("a", 1)).toBe("seen");
  });

  it("accepts nothing that it may have forgotten, once the clock was set back", () => {
    const cache = createReplayCache();
    cache.admit("a", 1000);
    expect(cache.admit("b", 2000)).toBe("new");
    expect(cache.admit("a", 1000)).toBe("full");
    expect(cache.admit("c", 1601)).toBe("new");
  });

  it("is not made with a gap or without room", () => {
    expect(() => createReplayCache({ windowSeconds: 599 })).toThrow("at least 600");
    expect(() => createReplayCache({ windowSeconds: Number.NaN })).toThrow("at least 600");
    expect(() => createReplayCache({ entriesMax: 0 })).toThrow("positive");
  });
});
