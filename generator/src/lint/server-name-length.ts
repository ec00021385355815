import { always, type LintRule } from "./rule.ts";

/** With a tool's 40 characters, `mcp__` and `__` it stays below 64, at which some clients and model APIs cut or refuse. */
const slugMax = 15;

/** What Claude's API takes as the name of a tool, the client's prefix included. */
const qualifiedMax = 64;

/** The server's name is short, because every tool's name carries it in clients. */
export const serverNameLength: LintRule = {
  id: "server-name-length",
  levels: always("warning"),
  check: ({ server, ir }) => {
    if (ir.name.length <= slugMax) return [];
    const longest = ir.tools.reduce((long, { name }) => (name.length > long.length ? name : long), "");
    const qualified = `mcp__${ir.name}__${longest}`;
    const effect =
      qualified.length > qualifiedMax
        ? `${qualified} has ${qualified.length} characters, and model APIs take ${qualifiedMax}`
        : `clients put it before the name of every tool`;
    const message = `the name ${ir.name} has ${ir.name.length} characters: ${effect}`;
    return [{ file: server.file, path: ["name"], message, mend: `choose one of at most ${slugMax}` }];
  },
};
