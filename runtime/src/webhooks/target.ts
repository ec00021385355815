import { isIP } from "node:net";
import { reachOf } from "./address.ts";

/** Characters of an address at most; longer ones are cut off by common proxies. */
const urlMaxChars = 2000;

/** Names that lead to this machine or its own network, whatever they resolve to. */
const localNames = /(^|\.)(localhost|localdomain|local|internal|intranet|lan|home|corp|home\.arpa)$/;

/** An address cannot be sent to. The message says why; it is for operators. */
export class TargetError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "TargetError";
  }
}

/**
 * Read an endpoint's address and refuse what must not be sent to. Where a name leads is looked at again with every connection.
 *
 * @throws TargetError
 */
export function toTarget(text: string, { allowPrivate }: { readonly allowPrivate: boolean }): URL {
  if (text.length > urlMaxChars)
    throw new TargetError(`It has ${text.length} characters, at most ${urlMaxChars} work.`);
  // The URL parser drops tabs and line ends and turns `\` into `/`; whoever wrote such an address meant something else.
  if (/[\s\\\p{Cc}\p{Cf}]/u.test(text) || !URL.canParse(text)) throw new TargetError("It is no URL.");
  const url = new URL(text);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && allowPrivate))
    throw new TargetError("It must begin with https://, or with --allow-private http://.");
  if (!/^https?:\/\/[^/]/i.test(text)) throw new TargetError("It must have two slashes before the host.");
  if (/^https?:\/\/[^/?#]*@/i.test(text))
    throw new TargetError("It must hold no user and no password: they would end in logs.");
  if (url.hash !== "" || text.includes("#"))
    throw new TargetError("It must have no fragment: nobody would be sent it.");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) checkAddress(host, { allowPrivate });
  else if (!allowPrivate && isLocalName(host))
    throw new TargetError(`${host} is a name of this machine or its network. --allow-private allows it.`);
  return url;
}

/**
 * Refuse an IP address that must not be connected to.
 *
 * @throws TargetError
 */
export function checkAddress(address: string, { allowPrivate }: { readonly allowPrivate: boolean }): void {
  const reach = reachOf(address);
  if (reach === "forbidden")
    throw new TargetError(`${address} is not on the Internet: link-local, reserved, multicast or nobody's.`);
  if (reach === "private" && !allowPrivate)
    throw new TargetError(`${address} is on a private network. --allow-private allows it.`);
}

function isLocalName(host: string): boolean {
  const name = host.replace(/\.$/, "");
  return localNames.test(name) || !name.includes(".");
}
