import { membersOf } from "../ir/content.ts";
import type { Finding, Rule } from "../ir/draft.ts";
import { stylesOf } from "../ir/lower-server.ts";
import { styleOf } from "../ir/lower-tool.ts";
import { didYouMean } from "../spec/near.ts";
import { shown } from "../spec/problem.ts";

/** `pagination:` names a style of server.yaml, and the reply has the members that the style speaks of. */
export const paginationStyle: Rule = ({ server, tools, shared }) => {
  if (server === undefined || server.broken.has("pagination")) return [];
  const styles = stylesOf(server.spec);
  const known = Object.keys(styles);
  return tools.flatMap(({ file, spec, output }): Finding[] => {
    const name = spec.pagination;
    if (name === undefined) return [];
    const refuse = (message: string, mend: string): Finding => ({
      rule: "pagination-style",
      file,
      path: ["pagination"],
      message,
      mend,
    });
    const style = styleOf(name, styles);
    if (style === undefined) {
      const mend = didYouMean(name, known) ?? `add pagination: { ${name}: … } to ${server.file.path}`;
      return [refuse(`there is no pagination style ${shown(name)}`, mend)];
    }
    if (output === undefined) return [];
    const { properties } = membersOf(output, shared);
    const members = Object.keys(properties);
    return [style.items, style.next, style.more, style.total]
      .filter((member) => member !== undefined && !members.includes(member))
      .map((member) => {
        const mend = didYouMean(member ?? "", members) ?? "name the members of the reply in output";
        return refuse(`the output has no member ${shown(member)}, which the style ${name} speaks of`, mend);
      });
  });
};
