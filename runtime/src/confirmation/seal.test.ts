import { createHmac, createSecretKey } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Binding, nonceBytes, openState, sealState } from "./seal.ts";

const key = createSecretKey(Buffer.alloc(32, 7));
const binding: Binding = { caller: "ada", tool: "adjust", arguments: '{"amount":100}' };
const nonce = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex");
const expiresAtMs = 1_790_000_000_000;
const state = sealState(key, { binding, nonce, expiresAtMs });

describe("a sealed state", () => {
  it("opens to what was sealed", () => {
    const opened = openState(key, state);
    expect(opened).toMatchObject({ nonce: nonce.toString("base64url"), expiresAtMs });
    for (const part of ["caller", "tool", "arguments"] as const) {
      expect(opened?.isFor(part, binding[part])).toBe(true);
      expect(opened?.isFor(part, `${binding[part]} `)).toBe(false);
    }
  });

  it("keeps its parts apart: what one of them says is not said by another", () => {
    const opened = openState(key, state);
    expect(opened?.isFor("caller", binding.tool)).toBe(false);
    expect(opened?.isFor("tool", binding.arguments)).toBe(false);
  });

  it("is what another implementation makes of the same parts (Python, hmac and hashlib)", () => {
    expect(state).toBe(
      [
        "AQABAgMEBQYHCAkKCwwNDg8BoMRQbADqm0P-8H5V4VsG0pM9LTpjoVAT8zpglZo4gusZlSosBealFmce_rZ-OXfAfTvN1QhWDCNv",
        "HnzIZO1jXkdjugJTPWMXSqits0n9StKy9f9xyfFSj2CRliGmLjPMpMaoEvpN-X_2N4q3HmSp_hg76xTY6AEzl0RpIuJEHFHpNH4B",
        "DA",
      ].join(""),
    );
  });

  it("shows nothing of caller, tool or arguments, and is another with every nonce, time and key", () => {
    const text = Buffer.from(state, "base64url").toString("latin1");
    for (const part of Object.values(binding)) expect(text).not.toContain(part);
    const other = sealState(key, { binding, nonce: Buffer.alloc(nonceBytes), expiresAtMs });
    expect(new Set([state, other, sealState(key, { binding, nonce, expiresAtMs: expiresAtMs + 1 })]).size).toBe(3);
    // The tags are keyed: with another key they differ too, so they cannot be searched for.
    const strange = sealState(createSecretKey(Buffer.alloc(32, 8)), { binding, nonce, expiresAtMs });
    const tags = (sealed: string) => Buffer.from(sealed, "base64url").subarray(23, 119);
    for (let start = 0; start < 96; start += 32)
      expect(tags(strange).subarray(start, start + 32)).not.toEqual(tags(state).subarray(start, start + 32));
  });

  it("does not open with another key", () => {
    expect(openState(createSecretKey(Buffer.alloc(32, 8)), state)).toBeUndefined();
  });

  it("does not open with any one bit of it flipped", () => {
    const bytes = Buffer.from(state, "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = Buffer.from(bytes);
      altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(openState(key, altered.toString("base64url")), `bit ${bit}`).toBeUndefined();
    }
  });

  it("does not open with any one character of it another, the spare bits of the last one included", () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=. \0é";
    fc.assert(
      fc.property(fc.nat(state.length - 1), fc.constantFrom(...alphabet), (index, character) => {
        fc.pre(state[index] !== character);
        const altered = state.slice(0, index) + character + state.slice(index + 1);
        expect(openState(key, altered)).toBeUndefined();
      }),
    );
    for (const character of alphabet) {
      if (character !== state.at(-1)) expect(openState(key, state.slice(0, -1) + character)).toBeUndefined();
    }
  });

  it.each([
    "",
    "x",
    `${state}A`,
    `${state}=`,
    `${state}\n`,
    ` ${state}`,
    state.slice(0, -1),
    state.slice(1),
    state.repeat(1000),
    "A".repeat(202),
    "é".repeat(202),
  ])("is not found in %j", (text) => {
    expect(openState(key, text)).toBeUndefined();
  });

  it("of another version of the layout does not open, though the key is ours", () => {
    const body = Buffer.from(state, "base64url").subarray(0, -32);
    const seal = (bytes: Uint8Array) => {
      const mac = createHmac("sha256", key).update("toolspec confirmation state\0").update(bytes).digest();
      return Buffer.concat([bytes, mac]).toString("base64url");
    };
    expect(openState(key, seal(body))).toBeDefined();
    body.writeUInt8(2, 0);
    expect(openState(key, seal(body))).toBeUndefined();
  });
});
