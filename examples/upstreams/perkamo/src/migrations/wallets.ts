import type { Item } from "../program/items.ts";
import type { Summary } from "./summary.ts";

/** One point currency of the source, and the wallet to use for it. */
export interface WalletMapping {
  readonly sourceCurrency: string;
  readonly wallet: string;
  /** Whether the Space has the wallet already. */
  readonly exists: boolean;
}

/** Characters of an id, less what a number at its end may need. */
const ID_MAX = 60;

/** Give each currency a wallet of its own: one of the Space by name or id, else a new id made of the name. */
export function mapWallets(
  currencies: NonNullable<Summary["pointCurrencies"]>,
  wallets: readonly Pick<Item<"wallets">, "id" | "name">[],
): readonly WalletMapping[] {
  const taken = new Set<string>();
  return currencies.map(({ name: sourceCurrency }) => {
    const wanted = toId(sourceCurrency);
    const known = wallets.find(({ id, name }) => {
      return !taken.has(id) && (id === wanted || name.toLowerCase() === sourceCurrency.toLowerCase());
    });
    const wallet = known?.id ?? free(wanted, (id) => taken.has(id) || wallets.some((each) => each.id === id));
    taken.add(wallet);
    return { sourceCurrency, wallet, exists: known !== undefined };
  });
}

/** `Gold Coins!` as `gold_coins`. */
function toId(name: string): string {
  const plain = name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "");
  const id = /^[a-z]/.test(plain) ? plain : `wallet_${plain}`;
  return id.slice(0, ID_MAX).replace(/_+$/, "");
}

function free(id: string, isTaken: (id: string) => boolean): string {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? id : `${id}_${n}`;
    if (!isTaken(candidate)) return candidate;
  }
}
