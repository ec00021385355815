/**
 * Which hosts an import may ask. A person names hosts: the document's own address, and `--allow-host`. What documents and redirects
 * name is a stranger's word, and leads to the host that said it, to named hosts, and from a document on disk to public addresses.
 */
export interface Hosts {
  /** Whether a person named this address's host. */
  isNamed(url: URL): boolean;
  /** Why what lies at `from` (an address, or undefined for a file) must not lead to `target`; undefined where it may. */
  stray(target: URL, from: URL | undefined): string | undefined;
}

/** @param names `host`, which is good for all its ports, or `host:port` */
export function namedHosts(names: readonly string[]): Hosts {
  const known = new Set(names.map((name) => name.toLowerCase()));
  const isNamed = (url: URL) => known.has(url.host) || known.has(url.hostname);
  return {
    isNamed,
    stray(target, from) {
      if (target.username !== "" || target.password !== "")
        return "which holds a user's name, and nobody is logged in to read";
      if (isNamed(target) || from === undefined) return undefined;
      if (target.host !== from.host) return `which is not of the same host; ${howToName(target)}`;
      const isDowngrade = from.protocol === "https:" && target.protocol !== "https:";
      return isDowngrade ? "which is not encrypted any more" : undefined;
    },
  };
}

/** The mend of every refusal. */
export function howToName(url: URL): string {
  return `if that is meant, name it: --allow-host ${url.host}`;
}
