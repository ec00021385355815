import type { ServerIr } from "../ir/tool.ts";
import { secrets } from "./patterns.ts";
import { always, type LintRule } from "./rule.ts";
import { sampleTexts, shownTexts } from "./texts.ts";

/** Characters behind a prefix of this server's own keys from which on it may be a real one. */
const keyMinChars = 20;

/** No credential stands in what is shown, committed and generated. The message does not repeat it, and code frames hide it. */
export const secretInText: LintRule = {
  id: "secret-in-text",
  levels: always("error"),
  check: (world) => {
    const known = [...secrets, ...ownKeys(world.ir)];
    return [...shownTexts(world), ...sampleTexts(world)].flatMap(({ file, path, name, text }) => {
      const found = known.find(({ pattern }) => pattern.test(text));
      if (found === undefined) return [];
      const message = `${name} holds what looks like ${found.what}`;
      const mend = "revoke it if it is real, and write a placeholder that cannot be one";
      return [{ file, path, message, mend }];
    });
  },
};

function ownKeys({ auth }: ServerIr): typeof secrets {
  const prefixes = auth.flatMap((scheme) => {
    if (scheme.kind === "apiKey") return Object.values(scheme.kinds).map(({ prefix }) => prefix);
    return scheme.kind === "token" ? [scheme.prefix] : [];
  });
  return prefixes
    .filter((prefix) => prefix.length >= 3)
    .map((prefix) => ({
      what: "one of this server's own credentials",
      pattern: new RegExp(`(?<![\\w-])${escaped(prefix)}[A-Za-z0-9_-]{${keyMinChars},}`),
    }));
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
