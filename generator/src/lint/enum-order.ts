import type { Path } from "../spec/positions.ts";
import type { SpecFile } from "../spec/spec-file.ts";
import { offsetsOf } from "./offsets.ts";
import { partsOf } from "./parts.ts";
import { type Edit, type LintRule, whenCurated } from "./rule.ts";

/** A list that is no longer than that may have an order of its own, such as small, medium, large. */
const ownOrderMax = 12;

/** A long list of values is sorted, so that a person finds one in it and a change shows as one line. */
export const enumOrder: LintRule = {
  id: "enum-order",
  levels: whenCurated,
  check: ({ tools, drafts }) =>
    tools.flatMap(({ file, draft }) =>
      draft.inputs.flatMap((input) =>
        partsOf(input, drafts.shared).flatMap(({ schema, name, path }) => {
          const values = Array.isArray(schema.enum) ? (schema.enum as readonly unknown[]) : [];
          // What is inherited is the contract's to order.
          if (!Array.isArray(valueAt(file.data, [...path, "enum"]))) return [];
          if (values.length <= ownOrderMax || !values.every((value) => typeof value === "string")) return [];
          const unsorted = values.findIndex(
            (value, index) => index > 0 && compare(String(values[index - 1]), value) > 0,
          );
          if (unsorted < 0) return [];
          const at = [...path, "enum"];
          const message = `the values of ${name} are in no order: ${String(values[unsorted])} stands behind ${String(values[unsorted - 1])}`;
          return [{ file, path: at, part: "key" as const, message, mend: "sort them", ...editsOf(file, at) }];
        }),
      ),
    ),
};

/** Put the items' texts in order where they stand in this file: brackets, dashes and indentation stay. */
function editsOf(file: SpecFile, at: Path): { readonly edits?: readonly Edit[] } {
  const written = valueAt(file.data, at);
  if (!Array.isArray(written) || !written.every((value) => typeof value === "string")) return {};
  const items = written.map((value, index) => ({ value, ...offsetsOf(file, [...at, index]) }));
  const [first, last] = [items[0], items.at(-1)];
  // A comment belongs to the item before it, which must not go without it.
  if (first === undefined || last === undefined || /#/.test(file.text.slice(first.start, last.end))) return {};
  const sorted = items.toSorted((one, other) => compare(one.value, other.value));
  return {
    edits: items.map(({ start, end }, index) => {
      const source = sorted[index] ?? first;
      return { start, end, text: file.text.slice(source.start, source.end) };
    }),
  };
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === "object" && value !== null ? (value as Record<string, unknown>)[step] : undefined,
    data,
  );
}

/** Without regard to case, so that a person finds a value where a dictionary has it; numbers by their size. */
function compare(one: string, other: string): number {
  return one.localeCompare(other, "en", { numeric: true, sensitivity: "base" });
}
