import type { JsonSchema } from "../ir/tool.ts";
import { isOf } from "./parts.ts";
import type { LintFinding, LintRule, LintTool, LintWorld } from "./rule.ts";
import { wordsIn } from "./words.ts";

const listing = new Set(["list", "search", "find", "query", "browse", "export"]);

/** Names by which APIs let callers choose how much comes back. */
const sizeName =
  /^(?:limit|take|first|top|size|count|max(?:_?(?:results|items))?|(?:page|batch)_?(?:size|limit|length)|per_?page|num(?:ber)?_?(?:results|items)?|rows|results?_?per_?page|n)$/i;

/** A list comes by pages or has a size that callers choose within bounds; else one call may fill a model's whole memory. */
export const listBound: LintRule = {
  id: "list-bound",
  levels: { recommended: "warning", strict: "warning", imported: "off" },
  check: (world) =>
    world.tools.flatMap((tool): LintFinding[] => {
      if (!isList(tool, world)) return [];
      const { file, ir, draft } = tool;
      const style = ir.pagination === undefined ? undefined : world.ir.pagination[ir.pagination];
      const input = draft.inputs.find(
        ({ name, as }) => name === style?.inputs.size || [name, as.at(-1) ?? ""].some((one) => sizeName.test(one)),
      );
      if (input === undefined) {
        if (ir.pagination !== undefined) return [];
        const message = "the list has no pages and no limit, so one call may bring all there is";
        return [
          {
            file,
            path: ["request"],
            message,
            mend: "add pagination: with a style of server.yaml, or an input like limit",
          },
        ];
      }
      const schema = world.drafts.shared.resolve(input.schema);
      if (typeof schema === "boolean" || schema.enum !== undefined || !isOf(schema, "number")) return [];
      if (schema.maximum !== undefined || schema.exclusiveMaximum !== undefined) return [];
      const message = `${input.name} has no maximum, so one call may ask for all there is`;
      return [
        {
          file,
          path: input.path,
          part: "key",
          message,
          mend: `write ${input.name}?: { maximum: 200 }, or what the upstream allows`,
        },
      ];
    }),
};

function isList({ name, ir }: LintTool, { drafts }: LintWorld): boolean {
  if (ir.access !== "read" || ir.content !== undefined) return false;
  if (!listing.has(wordsIn(name)[0] ?? "")) return false;
  // A reply that is known and holds no list needs no bound.
  return ir.output === undefined || holdsList(ir.output, drafts.shared.resolve);
}

function holdsList(schema: JsonSchema, resolve: (schema: JsonSchema) => JsonSchema): boolean {
  const target = resolve(schema);
  if (typeof target === "boolean" || isOf(target, "array")) return true;
  const members = Object.values((target.properties ?? {}) as Record<string, JsonSchema>).map(resolve);
  return members.some((member) => typeof member === "object" && isOf(member, "array"));
}
