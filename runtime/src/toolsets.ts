import type { ChosenToolsets } from "./call.ts";
import type { ServerDefinition } from "./codegen.ts";
import { GatewayError } from "./errors.ts";
import { createRecent } from "./recent.ts";

/** Asks for every tool, in the place of a toolset's name. */
const allTools = "all";

/** Asks for the sets that are declared as default, beside others: `default,billing`. */
const defaultSets = "default";

/** Names that a message repeats of what was asked for: it comes from outside, and may be long. */
const unknownShownMax = 5;

/** Choices that are kept. A client asks for the same sets with every request; this bounds those who make combinations up. */
const choicesMax = 64;

/** The names in `a, b,c`, each once. */
export function toolsetNames(list: string): readonly string[] {
  return [...new Set(list.split(",").flatMap((name) => name.trim() || []))];
}

/**
 * Say what a client narrows its list of tools to, by the names that it sends.
 *
 * Who names nothing gets `otherwise`, or else the default sets; where none is declared, every tool. A convenience, and no security
 * boundary: whoever may use a tool may ask for its set.
 *
 * @param otherwise names for clients that name none, from the settings
 * @throws the returned function throws GatewayError `unknown_toolset`, with `unknown` and `known` names
 */
export function createToolsetChoice(
  { toolsets = {} }: Pick<ServerDefinition, "toolsets">,
  otherwise: readonly string[] = [],
): (asked: string | undefined) => ChosenToolsets | undefined {
  const known = Object.keys(toolsets);
  const defaults = known.filter((name) => toolsets[name]?.default === true);
  const choices = createRecent<ChosenToolsets>(choicesMax);
  const usual = choose(otherwise);

  /** `undefined`: every tool. */
  function choose(names: readonly string[]): ChosenToolsets | undefined {
    const unknown = names.filter((name) => name !== allTools && name !== defaultSets && !Object.hasOwn(toolsets, name));
    if (unknown.length > 0) throw unknownToolset(unknown, known);
    if (names.includes(allTools)) return undefined;
    const wanted = names.length === 0 ? [defaultSets] : names;
    if (wanted.includes(defaultSets) && defaults.length === 0) return undefined;
    const sets = new Set(wanted.flatMap((name) => (name === defaultSets ? defaults : [name])));
    const chosen = known.filter((name) => sets.has(name));
    const key = chosen.join(",");
    const before = choices.get(key);
    if (before !== undefined) return before;
    const tools = new Set(chosen.flatMap((name) => toolsets[name]?.tools.map((tool) => tool.name) ?? []));
    const choice = { key, tools };
    choices.set(key, choice);
    return choice;
  }

  return (asked) => {
    const names = asked === undefined ? [] : toolsetNames(asked);
    return names.length === 0 ? usual : choose(names);
  };
}

function unknownToolset(unknown: readonly string[], known: readonly string[]): GatewayError {
  const shown = unknown.slice(0, unknownShownMax).map((name) => JSON.stringify(name.slice(0, nameShownMaxChars)));
  const more = unknown.length > shown.length ? `, and ${unknown.length - shown.length} more` : "";
  const noun = unknown.length === 1 ? "toolset" : "toolsets";
  const mend =
    known.length === 0
      ? "This server has none: ask for none, and get every tool."
      : `This server has ${known.join(", ")}; ${allTools} gives every tool.`;
  const message = `There ${unknown.length === 1 ? "is" : "are"} no ${noun} ${shown.join(", ")}${more}. ${mend}`;
  return new GatewayError("unknown_toolset", message, { meta: { known } });
}

/** Characters of a toolset's name (language, "The server"). */
const nameShownMaxChars = 40;
