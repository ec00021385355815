import { BlockList, isIP } from "node:net";

/** IPv4 addresses that the Internet does not reach: IANA's special-purpose registry, multicast and what is reserved. */
const special4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3",
];

/** Within 2000::/3: what is for protocols, documentation, and 6to4, which wraps any IPv4 address. */
const special6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

const notPublic4 = listOf(special4, "ipv4");
const notPublic6 = listOf(special6, "ipv6");
const global6 = listOf(["2000::/3"], "ipv6");

/**
 * Whether everybody reaches what is at this IP address. An IPv6 address that carries an IPv4 one counts as not public, since an
 * importer need not reach a document over a translator. The runtime has the same table for webhooks, and a test compares them.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry
 */
export function isPublic(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !notPublic4.check(address, "ipv4");
  // A zone says that the address is of a network that this machine is on.
  if (version === 0 || address.includes("%")) return false;
  return global6.check(address, "ipv6") && !notPublic6.check(address, "ipv6");
}

function listOf(subnets: readonly string[], type: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = "", bits] = subnet.split("/");
    list.addSubnet(address, Number(bits), type);
  }
  return list;
}
