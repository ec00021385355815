import { defaultNames } from "../ir/toolsets.ts";
import { always, type LintRule } from "./rule.ts";

/** From here on models choose the wrong tool noticeably more often. */
export const chosenWell = 25;

/** What Cursor takes of all servers together. */
const taken = 40;

/** The list of a client that asks for nothing is short enough to choose from. */
export const toolCount: LintRule = {
  id: "tool-count",
  levels: always("warning"),
  check: ({ server, ir, tools }) => {
    const defaults = defaultNames(ir.toolsets);
    const listed = defaults === undefined ? tools : tools.filter(({ name }) => defaults.has(name));
    if (listed.length <= chosenWell) return [];
    const beyond = listed.length > taken ? `, and some clients take ${taken} of all servers together` : "";
    const which = defaults === undefined ? "" : " in the default toolsets";
    const message = `${listed.length} tools${which} are more than the ${chosenWell} from which models choose well${beyond}`;
    const path = ir.toolsets.length === 0 ? ["name"] : ["toolsets"];
    return [{ file: server.file, path, part: path[0] === "name" ? "value" : "key", message, mend: mendOf(ir, tools) }];
  },
};

function mendOf({ toolsets, groups }: Parameters<LintRule["check"]>[0]["ir"], tools: Tools): string {
  if (toolsets.some(({ isDefault }) => isDefault))
    return "make fewer sets the default, or put what callers need most into a set of its own and make that the default";
  if (toolsets.length > 0)
    return "write default: true at the toolsets that most callers need: whoever asks for none gets those alone";
  const reads = tools.filter((tool) => tool.ir.access === "read").length;
  const named = groups === undefined ? "" : `, and ${groups.length} groups are named`;
  return `name toolsets: in server.yaml and make some the default, or leave out what callers seldom need: ${reads} of these are reads${named}; scopes shorten the list of a caller too`;
}

type Tools = Parameters<LintRule["check"]>[0]["tools"];
