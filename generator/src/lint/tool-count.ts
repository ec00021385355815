import { always, type LintRule } from "./rule.ts";

/** From here on models choose the wrong tool noticeably more often. */
const chosenWell = 25;

/** What Cursor takes of all servers together. */
const taken = 40;

/** A list of tools is short enough to choose from. */
export const toolCount: LintRule = {
  id: "tool-count",
  levels: always("warning"),
  check: ({ server, ir, tools }) => {
    if (tools.length <= chosenWell) return [];
    const beyond = tools.length > taken ? `, and some clients take ${taken} of all servers together` : "";
    const message = `${tools.length} tools are more than the ${chosenWell} from which models choose well${beyond}`;
    const reads = tools.filter((tool) => tool.ir.access === "read").length;
    const mend = `leave out what callers seldom need, or make two servers: ${reads} of these are reads${
      ir.groups === undefined ? "" : `, and ${ir.groups.length} groups are named`
    }; scopes shorten the list of a caller too`;
    return [{ file: server.file, path: ["name"], message, mend }];
  },
};
