/** What `relay.json` must hold. Signatures come from `sign`; verdicts and broken headers are written by hand. */
import { sign } from "@toolspec/runtime/relay";

/** A body as JSON can say it: text, bytes, or `times` times the text `repeat`. Absent: no bytes. */
export type VectorBody =
  | { readonly utf8: string }
  | { readonly base64: string }
  | { readonly repeat: string; readonly times: number };

/** One request as a backend receives it, and the verdict that it must get. */
export interface VectorRequest {
  readonly method: string;
  readonly target: string;
  readonly body?: VectorBody;
  /** `null`: no such header. A list: received as one by frameworks that keep repeated headers apart. */
  readonly header: string | null | readonly string[];
  readonly nowSeconds: number;
  readonly verdict:
    | { readonly ok: true; readonly atSeconds: number; readonly keyId?: string }
    | { readonly ok: false; readonly reason: string };
}

/** Requests that one backend receives in turn. */
export interface Vector {
  readonly name: string;
  readonly secrets: readonly { readonly id?: string; readonly secret: string }[];
  /** Present: the backend has a replay cache of that many entries, empty at first. */
  readonly replays?: { readonly entriesMax: number };
  readonly requests: readonly VectorRequest[];
}

const atSeconds = 1_767_225_600;
const current = { id: "2026-01", secret: "current-relay-secret-0123456789abcdef" };
const previous = { id: "2025-07", secret: "previous-relay-secret-0123456789abcdef" };
const retired = { id: "2025-01", secret: "retired-relay-secret-0123456789abcdef" };
const replays = { entriesMax: 100 };

type Changes = Partial<VectorRequest> & {
  readonly by?: { readonly secret: string };
  readonly keyId?: string;
  readonly signedAt?: number;
};

/** The bytes of a body. */
export function toBytes(body: VectorBody | undefined): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if ("utf8" in body) return Buffer.from(body.utf8);
  if ("base64" in body) return Buffer.from(body.base64, "base64");
  return Buffer.from(body.repeat.repeat(body.times));
}

const base = { method: "POST", target: "/api/v1/affiliates?take=50&cursor=c1", body: { utf8: '{"note":"hi"}' } };

/** A request that is signed as it is sent. */
function signed({ by = current, keyId, signedAt = atSeconds, ...changes }: Changes = {}): VectorRequest {
  const request = { ...base, ...changes };
  const header = sign({ ...request, body: toBytes(request.body), secret: by.secret, keyId, atSeconds: signedAt });
  const verdict = { ok: true, atSeconds: signedAt } as const;
  return { ...request, header, nowSeconds: atSeconds, verdict, ...changes };
}

const refused = (reason: string) => ({ verdict: { ok: false, reason } }) as const;
const single = (name: string, request: VectorRequest, secrets: Vector["secrets"] = [{ secret: current.secret }]) => ({
  name,
  secrets,
  requests: [request],
});

/** Signed as `base` and received otherwise. */
const tampered = (name: string, changes: Partial<VectorRequest>) =>
  single(name, { ...signed(), ...changes, ...refused("mismatch") });

const goodHeader = signed().header as string;
const [timePart = "", signaturePart = ""] = goodHeader.split(",");
const signatureHex = signaturePart.slice("v1=".length);
const malformed = (name: string, header: VectorRequest["header"]) =>
  single(`malformed: ${name}`, { ...signed(), header, ...refused("malformed") }, [current]);

const rotating = [current, previous];
const fitsCurrent = { verdict: { ok: true, atSeconds, keyId: current.id } } as const;
const fitsPrevious = { verdict: { ok: true, atSeconds, keyId: previous.id } } as const;
const get = { method: "GET", target: "/api/v1/campaigns" } as const;

/** Every vector, good ones first. */
export const vectors: readonly Vector[] = [
  single("a body and a query", signed()),
  single("an empty body", signed({ ...get, body: { utf8: "" } })),
  single("a query of repeated names and empty values", signed({ ...get, target: "/api/v1/x?b=2&a=1&b=1&c=&d" })),
  single("an empty query", signed({ ...get, target: "/api/v1/x?" })),
  single("the root", signed({ ...get, target: "/" })),
  single("percent-encoding, in either case", signed({ ...get, target: "/api/v1/x/a%2Fb%2fc%20d?q=%C3%A9%c3%a9+%2B" })),
  single("dots and doubled slashes", signed({ ...get, target: "/api//v1/./x/../y.json" })),
  single("a body of letters beyond ASCII", signed({ body: { utf8: '{"name":"Zoë 日本 🎟 é"}' } })),
  single("a body that is no UTF-8", signed({ body: { base64: "AP+AwMH+/w0KAA==" } })),
  single("a body of a MiB", signed({ body: { repeat: "0123456789abcdef", times: 65_536 } })),
  single("a DELETE with a body", signed({ method: "DELETE" })),
  single("at the edge of the past", signed({ nowSeconds: atSeconds + 300 })),
  single("at the edge of the future", signed({ nowSeconds: atSeconds - 300 })),
  single("at the start of time", signed({ signedAt: 0, nowSeconds: 0 })),
  single("a time of twelve digits", signed({ signedAt: 999_999_999_999, nowSeconds: 999_999_999_999 })),
  single("a secret of exactly 32 bytes", signed({ by: { secret: "0".repeat(32) } }), [{ secret: "0".repeat(32) }]),
  single("a secret beyond ASCII", signed({ by: { secret: "é".repeat(16) } }), [{ secret: "é".repeat(16) }]),
  single("a secret longer than a block of the hash", signed({ by: { secret: "s".repeat(100) } }), [
    { secret: "s".repeat(100) },
  ]),
  single("rotating: a key id selects the current secret", signed({ keyId: current.id, ...fitsCurrent }), rotating),
  single(
    "rotating: a key id selects the previous secret",
    signed({ by: previous, keyId: previous.id, ...fitsPrevious }),
    rotating,
  ),
  single("rotating: without a key id, the current secret", signed(fitsCurrent), rotating),
  single("rotating: without a key id, the previous secret", signed({ by: previous, ...fitsPrevious }), rotating),
  single(
    "a key id of every character",
    signed({ keyId: "Az09._-", verdict: { ok: true, atSeconds, keyId: "Az09._-" } }),
    [{ id: "Az09._-", secret: current.secret }],
  ),
  single(
    "a key id of 64 characters",
    signed({ keyId: "k".repeat(64), verdict: { ok: true, atSeconds, keyId: "k".repeat(64) } }),
    [{ id: "k".repeat(64), secret: current.secret }],
  ),

  single("stale by a second", signed({ nowSeconds: atSeconds + 301, ...refused("stale") })),
  single("early by a second", signed({ nowSeconds: atSeconds - 301, ...refused("early") })),
  single("signed in milliseconds that fit twelve digits", signed({ signedAt: 176_722_560_000, ...refused("early") })),
  single("no header", { ...signed(), header: null, ...refused("missing") }),
  single("an empty header", { ...signed(), header: "", ...refused("missing") }),

  tampered("another body", { body: { utf8: '{"note":"ho"}' } }),
  tampered("a body with a line feed more", { body: { utf8: '{"note":"hi"}\n' } }),
  tampered("the same JSON, written otherwise", { body: { utf8: '{ "note": "hi" }' } }),
  tampered("no body", { body: { utf8: "" } }),
  tampered("another method", { method: "PUT" }),
  tampered("a method in lower case", { method: "post" }),
  tampered("another path", { target: "/api/v1/affiliate?take=50&cursor=c1" }),
  tampered("a path with a slash more", { target: "/api/v1/affiliates/?take=50&cursor=c1" }),
  tampered("a path in another case", { target: "/api/v1/Affiliates?take=50&cursor=c1" }),
  tampered("the path as the request's absolute form", {
    target: "https://api.example/api/v1/affiliates?take=50&cursor=c1",
  }),
  tampered("another value in the query", { target: "/api/v1/affiliates?take=51&cursor=c1" }),
  tampered("another order in the query", { target: "/api/v1/affiliates?cursor=c1&take=50" }),
  tampered("a parameter more", { target: "/api/v1/affiliates?take=50&cursor=c1&all=1" }),
  tampered("no query", { target: "/api/v1/affiliates" }),
  tampered("percent-encoding of what needs none", { target: "/api/v1/%61ffiliates?take=50&cursor=c1" }),
  tampered("a target beyond ASCII", { target: "/api/v1/affiliatés?take=50&cursor=c1" }),
  tampered("another time within the window", {
    header: goodHeader.replace(String(atSeconds), String(atSeconds + 1)),
  }),
  tampered("one bit of the signature", {
    header: `${goodHeader.slice(0, -1)}${(Number.parseInt(goodHeader.slice(-1), 16) ^ 1).toString(16)}`,
  }),
  tampered("a signature of zeros", { header: `${timePart},v1=${"0".repeat(64)}` }),
  single("the method and path of another reading: GET./a and /b for GET and /a./b", {
    ...signed({ ...get, target: "/a./b", body: { utf8: "" } }),
    method: "GET./a",
    target: "/b",
    ...refused("mismatch"),
  }),

  single(
    "the secret of a stranger",
    signed({ by: { secret: "a-stranger's-secret-0123456789abcdef" }, ...refused("mismatch") }),
  ),
  single("a retired secret without a key id", signed({ by: retired, ...refused("mismatch") }), rotating),
  single(
    "a retired secret under its key id",
    signed({ by: retired, keyId: retired.id, ...refused("unknown_key") }),
    rotating,
  ),
  single("the right secret under an unknown key id", signed({ keyId: "2027-01", ...refused("unknown_key") }), rotating),
  single(
    "the previous secret under the current key id",
    signed({ by: previous, keyId: current.id, ...refused("mismatch") }),
    rotating,
  ),
  single("a key id where the verifier names no secret", signed({ keyId: current.id, ...refused("unknown_key") })),
  single("a key id in another case", signed({ keyId: "A", ...refused("unknown_key") }), [
    { id: "a", secret: current.secret },
  ]),

  malformed("words", "please"),
  malformed("time alone", timePart),
  malformed("signature alone", signaturePart),
  malformed("signature before time", `${signaturePart},${timePart}`),
  malformed("key id before signature", `${timePart},kid=${current.id},${signaturePart}`),
  malformed("a blank after the comma", `${timePart}, ${signaturePart}`),
  malformed("a blank at the end", `${goodHeader} `),
  malformed("a line feed at the end", `${goodHeader}\n`),
  malformed("a comma at the end", `${goodHeader},`),
  malformed("semicolons", goodHeader.replace(",", ";")),
  malformed("a sign", goodHeader.replace("t=", "t=+")),
  malformed("a time below zero", goodHeader.replace("t=", "t=-")),
  malformed("a leading zero", goodHeader.replace("t=", "t=0")),
  malformed("a fraction", goodHeader.replace(",", ".0,")),
  malformed("an exponent", goodHeader.replace(/t=\d+/, "t=1767e6")),
  malformed("a time in hex", goodHeader.replace(/t=\d+/, "t=0x69559600")),
  malformed("thirteen digits", goodHeader.replace(/t=\d+/, `t=${atSeconds}000`)),
  malformed("an empty time", goodHeader.replace(/t=\d+/, "t=")),
  malformed("digits of another script", goodHeader.replace(/t=\d/, "t=\u0661")),
  malformed("upper-case hex", `${timePart},v1=${signatureHex.toUpperCase()}`),
  malformed("truncated hex", goodHeader.slice(0, -1)),
  malformed("half the signature", `${timePart},v1=${signatureHex.slice(0, 32)}`),
  malformed("hex of 65 digits", `${goodHeader}0`),
  malformed("no hex", `${goodHeader.slice(0, -1)}g`),
  malformed("an empty signature", `${timePart},v1=`),
  malformed("base64 for hex", `${timePart},v1=${Buffer.from(signatureHex, "hex").toString("base64")}`),
  malformed("two times", `${timePart},${goodHeader}`),
  malformed("two signatures", `${goodHeader},${signaturePart}`),
  malformed("two key ids", `${goodHeader},kid=${current.id},kid=${current.id}`),
  malformed("an empty key id", `${goodHeader},kid=`),
  malformed("a key id of 65 characters", `${goodHeader},kid=${"k".repeat(65)}`),
  malformed("a key id with a slash", `${goodHeader},kid=a/b`),
  malformed("an unknown element", `${goodHeader},x=1`),
  malformed("a second version", `${goodHeader},v2=${signatureHex}`),
  malformed("another version", goodHeader.replace("v1=", "v0=")),
  malformed("names in upper case", goodHeader.replace("t=", "T=")),
  malformed("the header twice, joined", `${goodHeader},${goodHeader}`),
  malformed("the header twice, joined with a blank", `${goodHeader}, ${goodHeader}`),
  malformed("a list of one header", [goodHeader]),
  malformed("a list of two headers", [goodHeader, goodHeader]),
  malformed("ten thousand characters", `${goodHeader},kid=${"k".repeat(10_000)}`),

  {
    name: "a replay, with the cache off, passes within the window",
    secrets: [current],
    requests: [signed(fitsCurrent), signed(fitsCurrent), signed({ nowSeconds: atSeconds + 300, ...fitsCurrent })],
  },
  {
    name: "a replay, with the cache on, is refused",
    secrets: [current],
    replays,
    requests: [
      signed(fitsCurrent),
      signed(refused("replayed")),
      signed({ nowSeconds: atSeconds + 300, ...refused("replayed") }),
    ],
  },
  {
    name: "a replay is refused from the earliest to the latest second, and is stale afterwards",
    secrets: [current],
    replays,
    requests: [
      signed({ nowSeconds: atSeconds - 300, ...fitsCurrent }),
      signed({ nowSeconds: atSeconds + 300, ...refused("replayed") }),
      signed({ nowSeconds: atSeconds + 301, ...refused("stale") }),
    ],
  },
  {
    name: "a replay with the key id taken off is refused",
    secrets: [current],
    replays,
    requests: [signed({ keyId: current.id, ...fitsCurrent }), signed(refused("replayed"))],
  },
  {
    name: "the same request signed a second later is no replay",
    secrets: [current],
    replays,
    requests: [
      signed(fitsCurrent),
      signed({ signedAt: atSeconds + 1, verdict: { ok: true, atSeconds: atSeconds + 1, keyId: current.id } }),
    ],
  },
  {
    name: "a tampered copy does not use up the signature of the request",
    secrets: [current],
    replays,
    requests: [
      { ...signed(), body: { utf8: "{}" }, ...refused("mismatch") },
      signed(fitsCurrent),
      { ...signed(), body: { utf8: "{}" }, ...refused("mismatch") },
      signed(refused("replayed")),
    ],
  },
  {
    name: "a full cache refuses what it cannot remember, until the oldest may be forgotten",
    secrets: [current],
    replays: { entriesMax: 1 },
    requests: [
      signed(fitsCurrent),
      signed({ target: "/b", ...refused("cache_full") }),
      signed({ signedAt: atSeconds + 600, nowSeconds: atSeconds + 600, target: "/b", ...refused("cache_full") }),
      signed({
        signedAt: atSeconds + 600,
        nowSeconds: atSeconds + 601,
        target: "/b",
        verdict: { ok: true, atSeconds: atSeconds + 600, keyId: current.id },
      }),
    ],
  },
];
