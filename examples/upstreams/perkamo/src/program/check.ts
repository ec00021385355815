import type { Context } from "../context.ts";
import { bounded, type Finding } from "./finding.ts";
import { type Item, type Module, type Program, readItems } from "./items.ts";
import { type Dangling, findDangling } from "./references.ts";
import { inconsistencies, reviews, reviewWhole } from "./review.ts";
import { activeProgram, stagedVersions } from "./versions.ts";

/** What a check found; `items` are of use only without errors. */
export interface Checked {
  readonly items: readonly Item[];
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/**
 * Check the payload of a module against its fields, itself, and the modules in force.
 *
 * What is missing in force but staged, or the other way round, stops an activation alone: modules that need each other are
 * staged one after the other.
 */
export function checkPayload(
  context: Context,
  module: Module,
  given: { readonly items: readonly unknown[]; readonly activate: boolean },
): Checked {
  const { items, problems, unknown } = readItems(module, given.items);
  const errors = problems.map(({ field, message }) => ({ path: field, message: `${message}.` }));
  const warnings = unknown.map(({ field, message }) => ({ path: field, message: `${message}.` }));
  if (errors.length > 0) return { items: [], errors: bounded(errors), warnings: bounded(warnings) };
  errors.push(...duplicates(items), ...ties(module, items));
  for (const [index, item] of items.entries()) {
    const at = `items[${index}]`;
    // The functions of a module take that module's items; TypeScript does not see that they go together.
    errors.push(...inconsistencies[module](item as never, at));
    warnings.push(...reviews[module](item as never, at, context.nowMs));
  }
  const { broken, waiting } = judgeReferences(context, module, items, given.activate);
  errors.push(...broken);
  warnings.push(...waiting, ...losses(context, module, items));
  warnings.push(...reviewWhole(context, module, { activate: given.activate, items }));
  return { items, errors: bounded(errors), warnings: bounded(warnings) };
}

function judgeReferences(context: Context, module: Module, items: readonly Item[], activate: boolean) {
  const program: Program = { ...activeProgram(context), [module]: items };
  const staged = stagedVersions(context);
  const isStaged = ({ target, id }: Dangling) =>
    staged.some((version) => version.module === target && version.items.some((item) => item.id === id));
  const broken: Finding[] = [];
  const waiting: Finding[] = [];
  for (const dangling of findDangling(program, module)) {
    const { path, message } = dangling;
    // Staged for review beside others, a module may lack what they still name: they are to follow.
    if (!activate && (path === "" || isStaged(dangling))) {
      waiting.push({ path, message: `${message} Change that before this is activated.` });
    } else broken.push({ path, message });
  }
  return { broken, waiting };
}

/** Wallets that would be gone while customers hold units of them. */
function losses({ database, space }: Context, module: Module, items: readonly Item[]): readonly Finding[] {
  if (module !== "wallets") return [];
  const held = database.all<{ wallet: string; holders: number }>(
    `select wallet, count(distinct user_id) as holders from effects
     where space = :space and wallet is not null group by wallet order by wallet`,
    { space: space.id },
  );
  return held
    .filter(({ wallet }) => !items.some(({ id }) => id === wallet))
    .map(({ wallet, holders }) => {
      const message = `lacks ${wallet}: what ${holders} customers collected in it is neither shown nor spent without it.`;
      return { path: "", message };
    });
}

function duplicates(items: readonly Item[]): readonly Finding[] {
  const seen = new Set<string>();
  return items.flatMap(({ id }, index) => {
    if (seen.has(id)) return [{ path: `items[${index}].id`, message: `repeats ${id}. Ids must differ.` }];
    seen.add(id);
    return [];
  });
}

/** Two levels of one wallet at one threshold: nobody could say which is reached. */
function ties(module: Module, items: readonly Item[]): readonly Finding[] {
  if (module !== "levels") return [];
  const seen = new Set<string>();
  return (items as readonly Item<"levels">[]).flatMap(({ wallet, threshold }, index) => {
    const key = `${wallet} ${threshold}`;
    if (seen.has(key)) {
      return [{ path: `items[${index}].threshold`, message: `repeats ${threshold} for ${wallet}. Choose another.` }];
    }
    seen.add(key);
    return [];
  });
}
