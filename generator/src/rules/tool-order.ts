import type { Finding, Rule } from "../ir/draft.ts";
import { didYouMean } from "../spec/near.ts";
import { shown } from "../spec/problem.ts";

/** `tools:` of server.yaml names tools that there are, each once. */
export const toolOrder: Rule = ({ server, toolNames }) => {
  const listed = server?.spec.tools;
  if (server === undefined || listed === undefined) return [];
  return listed.flatMap((name, index): Finding[] => {
    const place = { file: server.file, path: ["tools", index] };
    if (listed.indexOf(name) < index) {
      return [{ ...place, rule: "tool-order", message: `${shown(name)} is listed twice`, mend: "keep one of them" }];
    }
    if (toolNames.includes(name)) return [];
    const mend = didYouMean(name, toolNames) ?? `add tools/${name}.yaml`;
    return [{ ...place, rule: "tool-order", message: `there is no tool ${shown(name)}`, mend }];
  });
};
