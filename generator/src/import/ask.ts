import type { ListedOperation } from "../openapi/listed.ts";
import type { ImportFlags } from "./flags.ts";
import { everything, type Selection } from "./select.ts";

/** Whether a person sits there and has not said that nothing is to be asked. */
export function canAsk({ yes, format }: Pick<ImportFlags, "yes" | "format">): boolean {
  return yes !== true && format === "pretty" && process.stdin.isTTY === true && process.stdout.isTTY === true;
}

const untagged = "\u0000";

/** Ask which tags become tools, and whether writes do. Nothing if the person gave up. */
export async function askSelection(all: readonly ListedOperation[]): Promise<Selection | undefined> {
  const { isCancel, multiselect, select } = await import("@clack/prompts");
  const counts = new Map<string, number>();
  for (const { tags } of all)
    for (const tag of tags.length === 0 ? [untagged] : tags.slice(0, 1)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const options = [...counts].map(([tag, count]) => ({
    value: tag,
    label: tag === untagged ? "(without a tag)" : tag,
    hint: `${count} ${count === 1 ? "operation" : "operations"}`,
  }));
  let tags: readonly string[] = [];
  if (options.length > 1) {
    const answer = await multiselect({
      message: `${all.length} operations. Clients and models cope with about 25 tools; which tags do you need?`,
      options,
      required: true,
    });
    if (isCancel(answer)) return undefined;
    tags = answer;
  }
  const which = await select({
    message: "Which of them?",
    options: [
      { value: false, label: "reads and writes", hint: "a person or an operator agrees to each write" },
      { value: true, label: "only reads" },
    ],
  });
  if (isCancel(which)) return undefined;
  if (tags.length === options.length || !tags.includes(untagged))
    return { ...everything, tags: tags.length === options.length ? [] : tags, reads: which };
  // Operations without a tag have no word to be chosen by, so the other tags are left out instead.
  return {
    ...everything,
    excluded: options.map(({ value }) => value).filter((tag) => !tags.includes(tag)),
    reads: which,
  };
}
