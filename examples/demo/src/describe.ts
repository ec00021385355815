import type { RunningSystem } from "./system.ts";

/** The start line that programs read: one JSON object. */
export function describeForPrograms({ name, mcp, upstream, login, credentials, read, write }: RunningSystem): object {
  return { server: name, mcp, upstream, login, credentials, read, write };
}

/** How a person lets a call run that waits, in another terminal: the list names the id. */
function describeOperator({ operator }: RunningSystem): string {
  if (operator === undefined) return "";
  const { specs, data, console, name, password } = operator;
  return `

Some calls wait for an operator. Be that one, in a browser:

  ${console}  (name ${name}, password ${password})

Or in another terminal here:

  npx toolspec approvals list ${specs} --data ${data}
  npx toolspec approvals approve ${specs} <id> --data ${data}`;
}

/** What a person sees: where it is, and three ways to use it that work when pasted. */
export function describeForPeople(system: RunningSystem): string {
  const { name, title, tools, mcp, upstream, login, credentials, read } = system;
  const [first] = Object.values(credentials);
  const [header = "", key = ""] = Object.entries(first?.headers ?? {})[0] ?? [];
  // A client that logs in by itself is given no header: it would be used instead of the login.
  const headers = login === undefined ? { [header]: key } : undefined;
  const cursor = { mcpServers: { [name]: { url: mcp, headers } } };
  const call = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: read.tool, arguments: read.arguments } };
  const flag = headers === undefined ? "" : ` --header "${header}: ${key}"`;
  return `
${title}: ${tools} tools at ${mcp}

  upstream  ${upstream}  (example REST API, seeded, in memory)
  manifest  ${new URL("/llms/mcp.txt", mcp)}
  ${login === undefined ? `key       ${key}  (${first?.note}; ends with this process)` : `login     ${login}  (example authorization server; its login page names the accounts)`}

Add it to Claude Code:

  claude mcp add --transport http ${name} ${mcp}${flag}${login === undefined ? "" : "\n\n  then run /mcp there, choose it, and log in in the browser"}

Add it to Cursor, in ~/.cursor/mcp.json:

  ${JSON.stringify(cursor)}

Or call a tool from here${login === undefined ? "" : `, as ${first?.note}`}:

  curl -s ${mcp} -H '${header}: ${key}' -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' -d '${JSON.stringify(call)}'${describeOperator(system)}

Ctrl-C stops ${login === undefined ? "both" : "all three"}.`;
}
