import type { Secret } from "../call.ts";
import type { Signed } from "./credentials.ts";
import { percentEncode } from "./percent.ts";
import { type UpstreamServiceCredentials, UpstreamSettingError } from "./upstream.ts";

/** The server's own secret, and where it goes. */
export interface ServiceSecret {
  /** Lower-case names of the headers that carry it. */
  readonly names: ReadonlySet<string>;
  /** The query parameter that carries it, where one does. */
  readonly query?: { readonly name: string };
  /** What carries it beside, or in, this request target. */
  sign(target: string): Signed;
}

/**
 * Make the server's own secret ready to be sent, in a header, in the query, or as HTTP Basic.
 *
 * @throws UpstreamSettingError when it cannot stand there. The message names the place and not the secret.
 */
export function toServiceSecret(credentials: UpstreamServiceCredentials): ServiceSecret {
  if ("basic" in credentials) return inBasic(credentials.basic);
  if ("query" in credentials) return inQuery(credentials.query, credentials.secret.reveal());
  const { header } = credentials;
  const secret = credentials.secret.reveal();
  checkPrintable(secret, header);
  return inHeader(header, secret, [secret]);
}

function inHeader(header: string, value: string, secrets: readonly string[]): ServiceSecret {
  const signed: Signed = { headers: [header, value], secrets };
  return { names: new Set([header.toLowerCase()]), sign: () => signed };
}

/** Last in the query, because most upstreams believe the last of two. */
function inQuery(name: string, secret: string): ServiceSecret {
  checkPrintable(secret, `the query parameter ${name}`);
  const encoded = percentEncode(secret);
  const pair = `${percentEncode(name)}=${encoded}`;
  const secrets = [...new Set([secret, encoded])];
  return {
    names: new Set(),
    query: { name },
    sign: (target) => ({ headers: [], target: `${target}${target.includes("?") ? "&" : "?"}${pair}`, secrets }),
  };
}

/** @see RFC 7617, section 2: the user holds no colon, neither holds control characters */
function inBasic({ user, password }: { readonly user: Secret; readonly password?: Secret }): ServiceSecret {
  const name = user.reveal();
  const word = password?.reveal() ?? "";
  const isPlain = (text: string) => !/[\u0000-\u001f\u007f-\u009f]/.test(text) && text.isWellFormed();
  if (name === "" || name.includes(":") || !isPlain(name))
    throw new UpstreamSettingError(
      "The user of HTTP Basic must have no colon and no control characters, and not be empty.",
    );
  if (!isPlain(word)) throw new UpstreamSettingError("The password of HTTP Basic must have no control characters.");
  const encoded = Buffer.from(`${name}:${word}`).toString("base64");
  // With a password, the user is a name that the upstream may well repeat; without one, it is the key.
  return inHeader("Authorization", `Basic ${encoded}`, [encoded, word === "" ? name : word]);
}

function checkPrintable(secret: string, place: string): void {
  if (/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(secret)) return;
  throw new UpstreamSettingError(
    `The credential for ${place} must be printable ASCII without blanks around it, and not empty.`,
  );
}
