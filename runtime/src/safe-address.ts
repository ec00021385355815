/**
 * Whether a secret may be sent to an address: over TLS, or in the clear to this machine, by name or number. Nobody else has the names
 * and numbers of loopback, so what is sent there stays on the machine.
 *
 * @see RFC 8252, section 7.3; RFC 6761, section 6.3
 */
export function isSafeAddress(address: string | URL): boolean {
  const url = typeof address === "string" ? URL.parse(address) : address;
  return url?.protocol === "https:" || (url?.protocol === "http:" && loopback.test(url.hostname));
}

/** As the URL parser writes them: it has made `0x7f.1` and `[0:0::1]` what they are. */
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
