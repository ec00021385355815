import type { Rule } from "../ir/draft.ts";
import { shown } from "../spec/problem.ts";

/** What is withheld is not offered as a tool at the same time. */
export const withheld: Rule = ({ server, tools }) => {
  if (server?.spec.withheld === undefined) return [];
  const offered = new Map(
    tools.flatMap(({ name, spec, file }) => [name, spec.title ?? ""].map((one) => [plain(one), file.path])),
  );
  return server.spec.withheld.flatMap(({ capability }, index) => {
    const tool = offered.get(plain(capability));
    if (tool === undefined) return [];
    const message = `${shown(capability)} is withheld, and ${tool} offers it`;
    return [
      {
        rule: "withheld",
        file: server.file,
        path: ["withheld", index, "capability"],
        message,
        mend: "remove one of the two",
      },
    ];
  });
};

function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, " ")
    .trim();
}
