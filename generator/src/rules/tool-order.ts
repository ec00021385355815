import type { Finding, Rule } from "../ir/draft.ts";
import { didYouMean } from "../spec/near.ts";
import type { Path } from "../spec/positions.ts";
import { shown } from "../spec/problem.ts";

/** `tools:` of server.yaml names tools that there are, each once; as groups, it names all of them. */
export const toolOrder: Rule = ({ server, toolNames, generatedTools }) => {
  const listed = server?.spec.tools;
  if (server === undefined || listed === undefined) return [];
  const known = new Set(toolNames);
  const seen = new Map<string, Path>();
  const findings = placesIn(listed).flatMap(({ name, path }): Finding[] => {
    const place = { rule: "tool-order", file: server.file, path };
    if (seen.has(name)) return [{ ...place, message: `${shown(name)} is listed twice`, mend: "keep one of them" }];
    seen.set(name, path);
    if (known.has(name)) return [];
    if (generatedTools.includes(name)) return [{ ...place, message: `${name} is listed by itself`, mend: "remove it" }];
    const mend = didYouMean(name, toolNames) ?? `add tools/${name}.yaml`;
    return [{ ...place, message: `there is no tool ${shown(name)}`, mend }];
  });
  if (Array.isArray(listed)) return findings;
  const left = [...known].filter((name) => !seen.has(name));
  return [...findings, ...left.map((name): Finding => leftOut(name, server.file))];
};

interface Place {
  readonly name: string;
  readonly path: Path;
}

function placesIn(listed: readonly string[] | Readonly<Record<string, readonly string[]>>): readonly Place[] {
  if (isList(listed)) return listed.map((name, index) => ({ name, path: ["tools", index] }));
  return Object.entries(listed).flatMap(([title, names]) =>
    names.map((name, index) => ({ name, path: ["tools", title, index] })),
  );
}

function isList(listed: readonly string[] | object): listed is readonly string[] {
  return Array.isArray(listed);
}

function leftOut(name: string, file: Finding["file"]): Finding {
  const message = `the tool ${shown(name)} stands in no group`;
  return { rule: "tool-order", file, path: ["tools"], part: "key", message, mend: "add it to one of the groups" };
}
