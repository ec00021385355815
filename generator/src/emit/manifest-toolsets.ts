import type { ServerIr, ToolsetIr } from "../ir/tool.ts";
import { defaultTools } from "../ir/toolsets.ts";
import { oneLine } from "./header.ts";

/** How a client asks for some of the tools, and what one gets that does not. */
export function toolsetFacts(server: ServerIr): string[] {
  const { toolsets, tools } = server;
  if (toolsets.length === 0) return [];
  const defaults = toolsets.filter(({ isDefault }) => isDefault).map(({ name }) => name);
  const given =
    defaults.length === 0
      ? `all ${tools.length} tools`
      : `${defaults.join(", ")} (${defaultTools(server).length} of ${tools.length} tools)`;
  return [
    "Toolsets: ask for some of the tools by `?toolsets=NAME,NAME` at the endpoint's address, or by the header `X-MCP-Toolsets: NAME,NAME`; " +
      `\`all\` gives every tool. Without either: ${given}. Tools outside the sets are neither listed nor found.`,
  ];
}

/** `- [billing](/mcp?toolsets=billing): 12 tools, given by default. Invoices and payments.` */
export function toolsetLine({ name, description, isDefault, tools }: ToolsetIr, endpoint: string): string {
  const count = `${tools.length} ${tools.length === 1 ? "tool" : "tools"}${isDefault ? ", given by default" : ""}`;
  const text = oneLine(description);
  return `- [${name}](${endpoint}?toolsets=${name}): ${count}. ${/[.!?…]$/.test(text) ? text : `${text}.`}`;
}
