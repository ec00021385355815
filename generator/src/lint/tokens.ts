import { manifestFile, tokensOf } from "../emit/manifest.ts";
import type { JsonSchemaObject, ServerIr, ToolIr } from "../ir/tool.ts";
import { defaultNames } from "../ir/toolsets.ts";
import { type ListTokens, sumOf, type ToolTokens } from "../rules/token-budget.ts";
import { advertisedInput, advertisedOutput } from "../schema/advertised.ts";

/** One entry of `tools/list`, as clients of both eras get it. */
interface ListedTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: JsonSchemaObject;
  readonly outputSchema?: JsonSchemaObject;
  readonly annotations: ToolIr["annotations"];
}

/** What a server costs the model that reads it, in tokens of four characters. */
export interface TokenCosts {
  readonly name: string;
  /** The dearest first. */
  readonly tools: readonly ToolCosts[];
  /** All entries of `tools/list`, for a caller that may use every tool. */
  readonly listTokens: number;
  /** Of a client that asks for no toolset; absent where that is every tool. */
  readonly defaultList?: ListTokens;
  readonly toolsets: readonly ToolsetCosts[];
  readonly manifestTokens: number;
  readonly budgets: {
    readonly toolTokens?: number;
    readonly listTokens?: number;
    readonly defaultTokens?: number;
    /** Of each toolset, or of those that are named. */
    readonly toolsetTokens?: number | Readonly<Record<string, number>>;
    readonly manifestTokens?: number;
  };
}

export interface ToolsetCosts extends ListTokens {
  readonly name: string;
  readonly isDefault: boolean;
}

export interface ToolCosts extends ToolTokens {
  /** Of `tokens`: what each part of the entry takes. */
  readonly description: number;
  readonly input: number;
  readonly output: number;
}

/** How tokens are counted, for people: printed beside every figure. */
export const countedAs = "a token is counted as 4 characters of JSON; models differ by about a quarter";

/** The entries of `tools/list`. What the runtime sends is the same text, by test. */
export function listedTools(server: ServerIr): readonly ListedTool[] {
  const canPark = server.approvals !== undefined;
  return server.tools.map((tool) => {
    const outputSchema = advertisedOutput(tool, server.schemas, { canPark });
    return {
      name: tool.name,
      title: tool.title,
      description: tool.description,
      inputSchema: advertisedInput(tool, server.schemas),
      ...(outputSchema !== undefined && { outputSchema }),
      annotations: tool.annotations,
    };
  });
}

/** Tokens of each tool's entry, in the order of the list. */
export function listTokens(server: ServerIr): readonly ToolTokens[] {
  return listedTools(server).map((tool) => ({ name: tool.name, tokens: cost(tool) }));
}

export function tokenCosts(server: ServerIr, budgets: TokenCosts["budgets"] = {}): TokenCosts {
  const tools = listedTools(server)
    .map(
      (tool): ToolCosts => ({
        name: tool.name,
        tokens: cost(tool),
        description: cost(tool.description),
        input: cost(tool.inputSchema),
        output: tool.outputSchema === undefined ? 0 : cost(tool.outputSchema),
      }),
    )
    .sort((one, other) => other.tokens - one.tokens || (one.name < other.name ? -1 : 1));
  const defaults = defaultNames(server.toolsets);
  const listOf = (names: ReadonlySet<string>) => sumOf(tools.filter(({ name }) => names.has(name)));
  return {
    name: server.name,
    tools,
    listTokens: sumOf(tools).tokens,
    ...(defaults !== undefined && { defaultList: listOf(defaults) }),
    toolsets: server.toolsets.map(({ name, isDefault, tools: names }) => ({
      name,
      isDefault,
      ...listOf(new Set(names)),
    })),
    manifestTokens: tokensOf(manifestFile(server)),
    budgets: {
      ...budgets,
      ...(server.manifestBudgetTokens !== undefined && { manifestTokens: server.manifestBudgetTokens }),
    },
  };
}

function cost(value: unknown): number {
  return tokensOf(JSON.stringify(value));
}
