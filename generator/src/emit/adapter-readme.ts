import type { ServerIr } from "../ir/tool.ts";
import { jsonSource } from "../literal.ts";
import { headerSentences, oneLine } from "./header.ts";

/** `adapter/README.md`: for whom the package is, and what to write into which client. */
export function adapterReadme(server: ServerIr, adapter: NonNullable<ServerIr["adapter"]>): string {
  const { name } = server;
  const npx = ["npx", "-y", adapter.package] as const;
  const scopes = Object.entries(server.scopes).map(([scope, text]) => `- ${plain(scope)}: ${plain(text)}`);
  return `${[
    `<!-- ${headerSentences(server.source, "specs").join(" ").replaceAll(">", "&gt;")} -->`,
    `# ${plain(server.title)} MCP adapter`,
    `For MCP clients that speak stdio only: connects them to ${plain(adapter.url)}. ` +
      "A client that takes the address of a remote MCP server needs no adapter; give it that address.",
    "The first start opens the browser to log in. The grant is kept in your config directory, readable by you alone, and renewed " +
      `until you log out: \`${npx.join(" ")} logout\`. With \`login\` in its place you log in as somebody else, and \`status\` says ` +
      "who is logged in.",
    "## Clients",
    "Claude Desktop (`claude_desktop_config.json`), Cursor, Cline, LM Studio and others with `mcpServers`:",
    fenced("mcpServers", name, command(npx)),
    "On Windows, where a client cannot start `npx` itself:",
    fenced("mcpServers", name, command(["cmd", "/c", ...npx])),
    "VS Code (`.vscode/mcp.json`):",
    fenced("servers", name, `"type": "stdio", ${command(npx)}`),
    "Claude Code and Codex CLI:",
    [
      "```console",
      `$ claude mcp add ${name} -- npx -y ${adapter.package}`,
      `$ codex mcp add ${name} -- npx -y ${adapter.package}`,
      "```",
    ].join("\n"),
    ...toolsetLines(server),
    ...(scopes.length === 0 ? [] : ["## What the login asks for", scopes.join("\n")]),
    "Needs Node 22.19 or later.",
  ].join("\n\n")}\n`;
}

/** How to get some of the tools alone, where there are names for them. */
function toolsetLines({ toolsets }: ServerIr): string[] {
  if (toolsets.length === 0) return [];
  const sets = toolsets.map(
    ({ name, description, isDefault }) => `- ${name}${isDefault ? " (given by default)" : ""}: ${plain(description)}`,
  );
  return [
    "## Toolsets",
    "Add `--toolsets NAME,NAME` to the arguments for some of the tools alone; `all` gives every tool.",
    sets.join("\n"),
  ];
}

function command([program, ...args]: readonly [string, ...string[]]): string {
  return `"command": ${jsonSource(program)}, "args": [${args.map(jsonSource).join(", ")}]`;
}

function fenced(key: string, name: string, entry: string): string {
  return ["```json", "{", `  "${key}": {`, `    ${jsonSource(name)}: { ${entry} }`, "  }", "}", "```"].join("\n");
}

/** Text on one line that Markdown shows as it stands: no markup, no HTML. */
function plain(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_[\]#|~]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
