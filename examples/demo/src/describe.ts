import type { RunningSystem } from "./system.ts";

/** The start line that programs read: one JSON object. */
export function describeForPrograms({ name, mcp, upstream, credentials, read, write }: RunningSystem): object {
  return { server: name, mcp, upstream, credentials, read, write };
}

/** What a person sees: where it is, and three ways to use it that work when pasted. */
export function describeForPeople({ name, title, tools, mcp, upstream, credentials, read }: RunningSystem): string {
  const [header = "", key = ""] = Object.entries(Object.values(credentials)[0]?.headers ?? {})[0] ?? [];
  const cursor = { mcpServers: { [name]: { url: mcp, headers: { [header]: key } } } };
  const call = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: read.tool, arguments: read.arguments } };
  return `
${title}: ${tools} tools at ${mcp}

  upstream  ${upstream}  (example REST API, seeded, in memory)
  manifest  ${new URL("/llms/mcp.txt", mcp)}
  key       ${key}  (${Object.values(credentials)[0]?.note}; ends with this process)

Add it to Claude Code:

  claude mcp add --transport http ${name} ${mcp} --header "${header}: ${key}"

Add it to Cursor, in ~/.cursor/mcp.json:

  ${JSON.stringify(cursor)}

Or call a tool from here:

  curl -s ${mcp} -H '${header}: ${key}' -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' -d '${JSON.stringify(call)}'

Ctrl-C stops both.`;
}
