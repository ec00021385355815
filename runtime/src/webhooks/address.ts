import { BlockList, isIP } from "node:net";

/** IPv4 addresses that the Internet does not reach: IANA's special-purpose registry, multicast and what is reserved. */
const special4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];

/** Within 2000::/3, what is for protocols (Teredo among them), documentation, and 6to4, which wraps any IPv4 address. */
const special6: readonly (readonly [string, number])[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

/** Networks of one's own, which an operator may allow. */
const private4: readonly (readonly [string, number])[] = [
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
];
const private6: readonly (readonly [string, number])[] = [
  ["::1", 128],
  ["fc00::", 7],
];

const notPublic4 = listOf(special4, "ipv4");
const private4List = listOf(private4, "ipv4");
const global6 = listOf([["2000::", 3]], "ipv6");
const notPublic6 = listOf(special6, "ipv6");
const private6List = listOf(private6, "ipv6");

/** What an address leads to. `forbidden`: this network's own equipment, cloud metadata (169.254.169.254), multicast, nothing. */
export type Reach = "public" | "private" | "forbidden";

/**
 * Say what an IP address leads to. IPv6 addresses that carry an IPv4 address lead where that one does.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry
 */
export function reachOf(address: string): Reach {
  const version = isIP(address);
  if (version === 4) return reachOf4(address);
  // A zone says that the address is of a network that this machine is on.
  if (version === 0 || address.includes("%")) return "forbidden";
  const inner = innerAddress(address);
  if (inner !== undefined) return reachOf4(inner);
  if (private6List.check(address, "ipv6")) return "private";
  return global6.check(address, "ipv6") && !notPublic6.check(address, "ipv6") ? "public" : "forbidden";
}

function reachOf4(address: string): Reach {
  if (!notPublic4.check(address, "ipv4")) return "public";
  return private4List.check(address, "ipv4") ? "private" : "forbidden";
}

/** The IPv4 address in ::ffff:0:0/96 (mapped) or 64:ff9b::/96 (NAT64, which is how an IPv6-only network reaches IPv4 hosts). */
function innerAddress(address: string): string | undefined {
  // The URL parser writes every form of an address in one way.
  const text = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const groups = /^(?:::ffff|64:ff9b:):([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(text);
  if (groups === null) return undefined;
  return groups
    .slice(1)
    .map((group) => Number.parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 255])
    .join(".");
}

function listOf(subnets: readonly (readonly [string, number])[], type: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const [address, bits] of subnets) list.addSubnet(address, bits, type);
  return list;
}
