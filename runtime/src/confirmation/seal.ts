import { createHash, createHmac, type KeyObject, timingSafeEqual } from "node:crypto";

/** What an answer is good for, each part as one text that means nothing else. */
export interface Binding {
  /** Server, tenant, kind and id of the caller. */
  readonly caller: string;
  /** Server, its version, and the tool. */
  readonly tool: string;
  /** The arguments in canonical form. */
  readonly arguments: string;
}

/** A state that this server made and nobody altered. */
export interface OpenedState {
  /** 128 random bits, as base64url: what is used once. */
  readonly nonce: string;
  /** Unix time in milliseconds. */
  readonly expiresAtMs: number;
  /** Says whether this part is the one that was sealed. */
  isFor(part: keyof Binding, text: string): boolean;
}

/** Counts up when the layout changes, so that a state of another program version is refused as one that was not made here. */
const version = 1;

/** Minutes for which an answer counts: time to read the form and to ask somebody, and no longer than a person waits. */
export const lifetimeMinutes = 5;

const parts = ["caller", "tool", "arguments"] as const satisfies readonly (keyof Binding)[];

/** Bytes of a nonce: 128 bits never meet twice. */
export const nonceBytes = 16;

/** Bytes of a time in milliseconds, unsigned, big-endian: good for 8,000 years. */
const timeBytes = 6;

/** Bytes of an HMAC-SHA256. */
const macBytes = 32;

const bodyBytes = 1 + nonceBytes + timeBytes + parts.length * macBytes;

/** Characters of a state. */
const stateChars = Math.ceil(((bodyBytes + macBytes) * 4) / 3);

/**
 * Make the `requestState` of one form: version, nonce, expiry and a tag of each part of the binding, under one HMAC-SHA256, as
 * base64url of 202 characters.
 *
 * Nothing of caller or arguments can be read from it. The tags are keyed too: a plain hash of few possible arguments, such as a
 * PIN, could be searched by whoever finds the state in a client's log.
 *
 * @see MCP 2026-07-28, "Multi Round-Trip Requests": state that influences what a server does is protected and verified by it
 */
export function sealState(
  key: KeyObject,
  { binding, nonce, expiresAtMs }: { binding: Binding; nonce: Uint8Array; expiresAtMs: number },
): string {
  const head = Buffer.alloc(1 + nonceBytes + timeBytes);
  head.writeUInt8(version, 0);
  head.set(nonce, 1);
  head.writeUIntBE(expiresAtMs, 1 + nonceBytes, timeBytes);
  const body = Buffer.concat([head, ...parts.map((part) => tagOf(key, part, binding[part]))]);
  return Buffer.concat([body, mac(key, "state", body)]).toString("base64url");
}

/** Open what came back. Undefined when this server did not make exactly these characters. */
export function openState(key: KeyObject, state: string): OpenedState | undefined {
  if (state.length !== stateChars) return undefined;
  const bytes = Buffer.from(state, "base64url");
  // Node's decoder forgives what is no base64url and bits that are left over, so only the text that it would write itself counts.
  if (bytes.toString("base64url") !== state) return undefined;
  const body = bytes.subarray(0, bodyBytes);
  if (!timingSafeEqual(mac(key, "state", body), bytes.subarray(bodyBytes))) return undefined;
  if (body.readUInt8(0) !== version) return undefined;
  return {
    nonce: body.subarray(1, 1 + nonceBytes).toString("base64url"),
    expiresAtMs: body.readUIntBE(1 + nonceBytes, timeBytes),
    isFor(part, text) {
      const start = 1 + nonceBytes + timeBytes + parts.indexOf(part) * macBytes;
      return timingSafeEqual(tagOf(key, part, text), body.subarray(start, start + macBytes));
    },
  };
}

function tagOf(key: KeyObject, part: keyof Binding, text: string): Buffer {
  return mac(key, part, createHash("sha256").update(text).digest());
}

/** The label keeps the uses of the one key apart: no tag is ever the HMAC of a state. */
function mac(key: KeyObject, label: string, bytes: Uint8Array): Buffer {
  return createHmac("sha256", key).update(`toolspec confirmation ${label}\0`).update(bytes).digest();
}
