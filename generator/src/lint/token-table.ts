import { styleText } from "node:util";
import { countedAs, type TokenCosts } from "./tokens.ts";

/** Columns of the longest bar. */
const barMax = 24;

/** Costs of one server as a table, the dearest tool first, with bars where there is a terminal to see them. */
export function tokenTable(
  { name, tools, listTokens, defaultList, toolsets, manifestTokens, budgets }: TokenCosts,
  look: Look,
): readonly string[] {
  const width = Math.max(4, ...tools.map((tool) => tool.name.length));
  const dearest = Math.max(1, ...tools.map(({ tokens }) => tokens));
  const row = (words: readonly [string, string, string, string, string]) =>
    `  ${words[0].padEnd(width)}${words
      .slice(1)
      .map((word) => word.padStart(9))
      .join("")}`;
  const rows = tools.map(({ name: tool, tokens, description, input, output }) => {
    const line = row([tool, number(tokens), number(description), number(input), number(output)]);
    const isOver = budgets.toolTokens !== undefined && tokens > budgets.toolTokens;
    const bar = look.bars ? `  ${"█".repeat(Math.max(1, Math.round((tokens / dearest) * barMax)))}` : "";
    return isOver ? paint("red", `${line}${bar}`, look) : `${line}${bar}`;
  });
  return [
    paint("bold", `${name}: ${toolCount(tools.length)}`, look),
    paint("dim", row(["tool", "tokens", "text", "inputs", "output"]), look),
    ...rows,
    ...toolsetLines(toolsets, budgets.toolsetTokens),
    ...(defaultList === undefined
      ? []
      : [
          `  default list  ${number(defaultList.tokens)} tokens, ${toolCount(defaultList.tools)}${against(defaultList.tokens, budgets.defaultTokens)}`,
        ]),
    `  tools/list    ${number(listTokens)} tokens${against(listTokens, budgets.listTokens)}`,
    `  llms/mcp.txt  ${number(manifestTokens)} tokens${against(manifestTokens, budgets.manifestTokens)}`,
    paint("dim", `  ${countedAs}`, look),
  ];
}

/** `  toolset billing   1,204 tokens, 12 tools, default`, in the order of server.yaml. */
function toolsetLines(toolsets: TokenCosts["toolsets"], budgets: TokenCosts["budgets"]["toolsetTokens"]): string[] {
  const width = Math.max(0, ...toolsets.map(({ name }) => name.length));
  return toolsets.map(({ name, tools, tokens, isDefault }) => {
    const budget = typeof budgets === "object" ? budgets[name] : budgets;
    const facts = `${number(tokens).padStart(9)} tokens, ${toolCount(tools)}${isDefault ? ", default" : ""}`;
    return `  toolset ${name.padEnd(width)}${facts}${against(tokens, budget)}`;
  });
}

export interface Look {
  readonly colour: boolean;
  readonly bars: boolean;
}

function against(tokens: number, budget: number | undefined): string {
  if (budget === undefined) return "";
  return `, budget ${number(budget)}${tokens > budget ? `: ${number(tokens - budget)} too many` : ""}`;
}

function paint(style: "bold" | "dim" | "red", text: string, { colour }: Look): string {
  return colour ? styleText(style, text, { validateStream: false }) : text;
}

/** `1,234`, whatever the machine's language. */
function number(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

function toolCount(count: number): string {
  return `${number(count)} ${count === 1 ? "tool" : "tools"}`;
}
