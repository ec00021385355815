/** Who may use a development server: its one caller's credential, and its operator. */
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ServerDefinition } from "./codegen.ts";
import type { House } from "./compose.ts";
import { apiKeySchemes, hashKey, keyRandomBytes, tokenSchemes } from "./identity/key-format.ts";
import { mintKey } from "./identity/mint.ts";
import { mintToken } from "./identity/mint-token.ts";
import { hashPassword } from "./identity/operator-password.ts";
import { formatToken } from "./identity/token-format.ts";
import type { Random } from "./ports.ts";
import { systemClock, systemRandom } from "./system.ts";

/** How to call the server from this machine. */
export interface DevelopmentAccess {
  readonly header: string;
  /** Absent where nobody but an authorization server can let anyone in. */
  readonly credential: string | undefined;
  /** Whether the store here says that it is good, and not the upstream or an authorization server. */
  readonly isDecidedHere: boolean;
  readonly note: string;
}

/** The operator of a development server. */
export const operatorName = "dev";

const seedFile = "key-seed";
const tenant = "dev";
const noteOfOwn = "all scopes, on this machine alone";

/** A credential of all scopes whose text stays as long as the folder, so that a client's configuration does too. */
export async function letIn(house: House, server: ServerDefinition, folder: string): Promise<DevelopmentAccess> {
  const random = seededRandom(folder);
  const [keys] = apiKeySchemes(server.auth);
  const kinds = Object.entries(keys?.kinds ?? {}).filter(([, kind]) => kind.refused !== true);
  const [kindName, kind] = kinds.find(([, one]) => one.scoped === true) ?? kinds[0] ?? [];
  if (keys !== undefined && kindName !== undefined) {
    const scopes = kind?.scoped === true ? Object.keys(server.scopes) : [];
    const { key, record } = mintKey({
      server,
      kindName,
      tenant,
      name: "toolspec dev",
      scopes,
      clock: systemClock,
      random,
    });
    const text = key.reveal();
    const old = await house.store.keys.findByHash(hashKey(text));
    // The text of a key is good for one record; the new one may have other scopes, and a longer life.
    const value = { hash: hashKey(randomBytes(32).toString("hex")), hint: record.hint, atMs: systemClock.now() };
    if (old !== undefined && !(await house.store.keys.rotate(old.id, value))) {
      // It has expired or was revoked: that text is not to be good again.
      rmSync(join(folder, seedFile));
      return await letIn(house, server, folder);
    }
    await house.store.keys.insert(record);
    return { header: keys.header, credential: text, isDecidedHere: true, note: noteOfOwn };
  }
  const [tokens] = tokenSchemes(server.auth);
  if (tokens?.validation === "local") {
    const minted = mintToken({
      server,
      tenant,
      name: "toolspec dev",
      owner: operatorName,
      clock: systemClock,
      random,
    });
    const known = await house.store.tokens.findByHash(minted.record.hash);
    if (known === undefined) await house.store.tokens.insert(minted.record);
    return {
      header: "Authorization",
      credential: `Bearer ${minted.token.reveal()}`,
      isDecidedHere: true,
      note: noteOfOwn,
    };
  }
  if (tokens !== undefined) {
    const text = formatToken(tokens.prefix, random.bytes(keyRandomBytes));
    return {
      header: "Authorization",
      credential: `Bearer ${text}`,
      isDecidedHere: false,
      note: "made up: the upstream decides on tokens, and a mock takes any",
    };
  }
  return {
    header: "Authorization",
    credential: undefined,
    isDecidedHere: false,
    note: "sign in as server.yaml says: clients find the authorization server by themselves",
  };
}

/** Bytes that are the same with every start: a client's configuration goes on working. */
function seededRandom(folder: string): Random {
  const file = join(folder, seedFile);
  const seed = readSeed(file);
  return {
    uuid: () => systemRandom.uuid(),
    bytes: (length) => new Uint8Array(createHash("sha512").update(seed).digest().subarray(0, length)),
  };
}

function readSeed(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    const seed = randomBytes(32).toString("hex");
    writeFileSync(file, seed, { mode: 0o600 });
    return seed;
  }
}

/** Whoever started this may decide everything. The password is of this run. */
export async function setOperator({ gateway, store }: House, password: string): Promise<void> {
  const passwordHash = await hashPassword(password);
  const server = gateway.server.name;
  const operator = { server, name: operatorName, role: "admin", passwordHash, createdAtMs: systemClock.now() } as const;
  if (!(await store.operators.insert(operator))) await store.operators.setPassword(operator, passwordHash);
}
