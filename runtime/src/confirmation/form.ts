import type { ConfirmationForm, ParsedCall } from "../call.ts";
import type { AnyUpstreamRequest, ServerDefinition } from "../codegen.ts";
import { confirmField } from "./answer.ts";
import { lifetimeMinutes } from "./seal.ts";
import { charsOf, showName, showValue } from "./show-value.ts";
import { cut, visible } from "./visible.ts";

/** Arguments that are listed. A tool declares its inputs, so only one that takes any name can be given more. */
const argumentsMax = 50;

/**
 * Characters for all arguments, shared out among those that are long: a batch of a hundred events has room. What is not shown, a
 * person cannot mean; what is longer, nobody reads.
 */
const argumentsMaxChars = 16_000;

/** Characters of a tool's description. The longest that MCP clients show is about this. */
const descriptionMaxChars = 1_000;

/** Characters of what names something: a tenant, a title. */
const nameMaxChars = 200;

/**
 * Write the form that a person is shown before a call runs: which tool, for which tenant, every argument with its defaults, what
 * the tool does, and the request that will be made.
 *
 * Plain text. Sensitive inputs are shown like the others: a person must see what a yes means, and the client that shows the form is
 * where they came from. No argument is left out for being long or late: each gets its share of the room. Where they have not
 * enough of it, the form warns, because a yes counts for what is not shown too.
 *
 * @see MCP 2026-07-28, "Elicitation": flat schema, primitive types
 */
export function writeForm(
  call: ParsedCall,
  request: AnyUpstreamRequest,
  server: Pick<ServerDefinition, "title" | "auth">,
): ConfirmationForm {
  const { tool, caller } = call;
  const message = [
    `${server.title} asks before it runs this. Nothing has been sent yet. An answer counts for ${lifetimeMinutes} minutes.`,
    "",
    `Tool: ${tool.title} (${tool.name})`,
    `${tenantTitle(server)}: ${cut(visible(caller.tenant), nameMaxChars)}`,
    ...argumentLines(call),
    "",
    `What it does: ${cut(tool.description, descriptionMaxChars)}`,
    `Request: ${request.method.toUpperCase()} ${request.path}`,
  ];
  return { message: message.join("\n"), requestedSchema };
}

const requestedSchema = {
  type: "object",
  properties: {
    [confirmField]: {
      type: "boolean",
      title: "Yes, run it",
      description: "Tick this to run it once, with exactly these arguments.",
      default: false,
    },
  },
  required: [confirmField],
} as const;

/** What people here call a tenant. */
function tenantTitle({ auth }: Pick<ServerDefinition, "auth">): string {
  return auth.find((scheme) => scheme.kind === "oauth")?.tenant.title ?? "Account";
}

function argumentLines({ input }: ParsedCall): readonly string[] {
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  if (given.length === 0) return ["Arguments: none"];
  const listed = given.slice(0, argumentsMax);
  const maxChars = shareOf(listed.map(([, value]) => charsOf(value, argumentsMaxChars)));
  const shown = listed.map(([name, value]) => ({ name: showName(name), ...showValue(value, maxChars) }));
  const more = given.length - shown.length;
  const isWhole = more === 0 && shown.every((each) => each.isWhole);
  return [
    "Arguments:",
    ...shown.map(({ name, text }) => `- ${name}: ${text}`),
    ...(more > 0 ? [`- … and ${more} more that are not shown`] : []),
    ...(isWhole
      ? []
      : ["", "NOT ALL IS SHOWN HERE. A yes counts for the rest too: read it where the call was made, or decline."]),
  ];
}

/** Characters for each long argument: those that need less than an equal share leave the others the rest of it. */
function shareOf(lengths: readonly number[]): number {
  const equal = Math.floor(argumentsMaxChars / lengths.length);
  const short = lengths.filter((length) => length <= equal);
  if (short.length === lengths.length) return equal;
  const left = argumentsMaxChars - short.reduce((sum, length) => sum + length, 0);
  return Math.floor(left / (lengths.length - short.length));
}
