import type { Finding } from "./finding.ts";
import { type Item, type Module, modules, type Program } from "./items.ts";

/** One item that names another. `path` is within the item: `perks[1]`. */
interface Reference {
  readonly path: string;
  readonly target: "wallets" | "perks";
  readonly id: string;
}

const walletOf = ({ wallet }: { readonly wallet: string | null }): Reference[] =>
  wallet === null ? [] : [{ path: "wallet", target: "wallets", id: wallet }];

const references: { readonly [M in Module]: (item: Item<M>) => readonly Reference[] } = {
  rules: walletOf,
  wallets: () => [],
  rewards: walletOf,
  perks: () => [],
  achievements: (item) => [
    ...walletOf(item),
    ...(item.perk === null ? [] : [{ path: "perk", target: "perks" as const, id: item.perk }]),
  ],
  boosts: walletOf,
  levels: (item) => [
    ...walletOf(item),
    ...item.perks.map((id, index) => ({ path: `perks[${index}]`, target: "perks" as const, id })),
  ],
};

/** A name that leads nowhere, as a finding of the module that was changed. */
export interface Dangling extends Finding {
  readonly target: "wallets" | "perks";
  readonly id: string;
}

/** Find what leads nowhere in a program whose module `changed` is new: in its items, and in others that named what it had. */
export function findDangling(program: Program, changed: Module): readonly Dangling[] {
  const known = {
    wallets: new Set(program.wallets.map(({ id }) => id)),
    perks: new Set(program.perks.map(({ id }) => id)),
  };
  return modules.flatMap((module) =>
    program[module].flatMap((item, index) =>
      // The function of a module takes that module's items; TypeScript does not see that they go together.
      references[module](item as never)
        .filter(({ target, id }) => !known[target].has(id) && (module === changed || target === changed))
        .map(({ path, target, id }) =>
          module === changed
            ? { path: `items[${index}].${path}`, target, id, message: `names ${id}, which is not among the ${target}.` }
            : { path: "", target, id, message: `lacks ${id}, which ${item.id} of the ${module} in force still names.` },
        ),
    ),
  );
}
