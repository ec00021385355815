import { internalHost as pattern } from "./patterns.ts";
import { always, type LintRule } from "./rule.ts";
import { sampleTexts, shownTexts } from "./texts.ts";

/** What callers are shown names no host that only insiders can reach, nor the upstream behind this server. */
export const internalHost: LintRule = {
  id: "internal-host",
  levels: always("warning"),
  check: (world) => {
    const upstream = /\/\/([a-z0-9.-]+\.[a-z]{2,})/i.exec(world.ir.upstream.url)?.[1];
    // A sample may show an address of the upstream's web pages, which is what callers get back.
    const samples = sampleTexts(world).map((text) => ({ ...text, sample: true }));
    const texts = shownTexts(world).map((text) => ({ ...text, sample: false }));
    return [...texts, ...samples].flatMap(({ file, path, name, text, sample }) => {
      const inside = pattern.exec(text)?.[0];
      const found = inside ?? (!sample && upstream !== undefined && text.includes(upstream) ? upstream : undefined);
      if (found === undefined) return [];
      const whose = inside === undefined ? "the upstream's host" : "an internal host";
      const message = `${name} names ${whose}, ${found}`;
      return [{ file, path, message, mend: "remove it: callers reach this server alone" }];
    });
  },
};
