import { Secret } from "./call.ts";
import type { Settings } from "./config.ts";
import type { StoreLocation } from "./store/open.ts";

/** Where the settings say the store is. */
export function storeLocation(settings: Pick<Settings, "data" | "databaseUrl" | "databaseConnections">): StoreLocation {
  const { data, databaseUrl, databaseConnections: connections } = settings;
  return databaseUrl === undefined ? { file: data } : { databaseUrl, connections };
}

/** What must not stand in a log line: the address whole, and its password in both spellings. */
export function storeSecrets({ databaseUrl }: Pick<Settings, "databaseUrl">): readonly Secret[] {
  if (databaseUrl === undefined) return [];
  const { password, searchParams } = new URL(databaseUrl.reveal());
  const texts = [databaseUrl.reveal(), password, decodeURIComponent(password), searchParams.get("password")];
  return texts.flatMap((text) => (text ? [new Secret(text)] : []));
}
