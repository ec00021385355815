import type { Finding, Rule } from "../ir/draft.ts";

/** Callers that are no keys, by the kind that they are in the audit trail. */
const otherKinds: ReadonlyMap<string, string> = new Map([
  ["token", "connection tokens"],
  ["oauth", "people who log in"],
]);

/** Kinds of keys can be told apart by prefix, and a key's days are within their bound. */
export const keyKinds: Rule = ({ server }) =>
  (server?.spec.auth ?? []).flatMap(({ apiKey }, scheme) => {
    if (server === undefined || apiKey === undefined) return [];
    const kinds = Object.entries(apiKey.kinds);
    return kinds.flatMap(([name, { prefix, ttlDays }], index): Finding[] => {
      const at = ["auth", scheme, "apiKey", "kinds", name] as const;
      const findings: Finding[] = [];
      const rival = kinds
        .slice(0, index)
        .find(([, other]) => other.prefix.startsWith(prefix) || prefix.startsWith(other.prefix));
      if (rival !== undefined) {
        const message = `keys of ${name} and of ${rival[0]} cannot be told apart: ${prefix} and ${rival[1].prefix}`;
        findings.push({
          rule: "key-kinds",
          file: server.file,
          path: [...at, "prefix"],
          message,
          mend: "choose another prefix",
        });
      }
      const taken = otherKinds.get(name);
      if (taken !== undefined) {
        const message = `${taken} are the kind ${name}, so no kind of key can be`;
        findings.push({
          rule: "key-kinds",
          file: server.file,
          path: at,
          part: "key",
          message,
          mend: "choose another name",
        });
      }
      if (ttlDays !== undefined && ttlDays.default > ttlDays.max) {
        const message = `the default of ${ttlDays.default} days is above the maximum of ${ttlDays.max}`;
        findings.push({
          rule: "key-kinds",
          file: server.file,
          path: [...at, "ttlDays", "default"],
          message,
          mend: "lower it",
        });
      }
      return findings;
    });
  });
