import { GatewayError } from "../errors.ts";

/** Refuse one value of a request before anything is sent. `problem` reads on from the name: "must not be empty". */
export function refusal(name: string, problem: string): GatewayError {
  return new GatewayError("invalid_argument", `${name} ${problem}.`, {
    meta: { issues: [{ path: name, message: problem }] },
  });
}

/**
 * Put a string, number or boolean into the text that its slot will hold, not yet encoded.
 *
 * @throws GatewayError `invalid_argument` for anything else, and for text that no URL or header can carry:
 * NUL, and halves of surrogate pairs, which would become U+FFFD on the way.
 */
export function toText(name: string, value: unknown): string {
  if (typeof value === "string") return checkText(name, value);
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  throw refusal(name, "must be a string, a finite number or a boolean here");
}

function checkText(name: string, text: string): string {
  if (text.includes("\0")) throw refusal(name, "must not contain NUL");
  if (!text.isWellFormed()) throw refusal(name, "must be well-formed Unicode: it holds half of a surrogate pair");
  return text;
}
