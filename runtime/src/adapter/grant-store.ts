import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { AdapterError } from "./adapter-error.ts";

/** The client that the authorization server registered for this adapter; names as on the wire, for the SDK. */
export interface RegisteredClient {
  readonly client_id: string;
  readonly client_secret?: string;
  readonly token_endpoint_auth_method?: string;
}

/** What an authorization server gave. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken?: string;
  /** What was granted. */
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch; undefined where the server did not say. */
  readonly expiresAt?: number;
}

/** What one login left: where it was granted, to which client, and the tokens until they are taken back. */
export interface Grant {
  readonly version: 1;
  /** The MCP endpoint. */
  readonly url: string;
  /** Where the endpoint's challenge said that its metadata are; undefined where they are at the well-known place. */
  readonly metadataUrl?: string;
  /** The authorization server. Nothing of this is ever sent to another one. */
  readonly issuer: string;
  /** The audience that the tokens were asked for (RFC 8707). */
  readonly resource: string;
  readonly client: RegisteredClient;
  readonly redirectUri: string;
  /** Undefined when the authorization server took the grant back: the registration is still good for the next login. */
  readonly tokens?: Tokens;
}

/** The file that holds the grant for one endpoint. */
export interface GrantStore {
  readonly file: string;
  /** @throws AdapterError when the file is a link, someone else's, or readable by others. */
  read(): Grant | undefined;
  /** Replace the file atomically: other processes see the old grant or the new one. */
  write(grant: Grant): void;
  /** @returns whether there was one */
  delete(): boolean;
}

/** Who may read and write: the user alone. */
const fileMode = 0o600;
const folderMode = 0o700;

/** Windows has neither modes nor owners that Node could check; what lies below `%APPDATA%` is the user's own. */
const isPosix = process.platform !== "win32";

/** Open the grant file for `url` in `folder`; nothing is created before something is written. */
export function createGrantStore(folder: string, url: string): GrantStore {
  const file = join(folder, `${createHash("sha256").update(url).digest("hex").slice(0, 16)}.json`);

  function read(): Grant | undefined {
    const folderStats = lstatSync(folder, { throwIfNoEntry: false });
    if (folderStats === undefined) return undefined;
    checkFolder(folder, folderStats);
    const text = readPrivate(file);
    return text === undefined ? undefined : parse(text);
  }

  function parse(text: string): Grant {
    try {
      const grant = JSON.parse(text) as Grant;
      if (isGrant(grant) && grant.url === url) return grant;
    } catch {
      // Not JSON: said below. The parser's own message would quote the file, and with it a token.
    }
    throw new AdapterError("failed", `${file} is not a grant of this version: delete it and log in again.`);
  }

  function write(grant: Grant): void {
    mkdirSync(folder, { recursive: true, mode: folderMode });
    checkFolder(folder, lstatSync(folder));
    const draft = join(folder, `.${process.pid}.${randomBytes(6).toString("hex")}.tmp`);
    try {
      const descriptor = openSync(draft, "wx", fileMode);
      try {
        writeFileSync(descriptor, `${JSON.stringify(grant, undefined, 2)}\n`);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      renameSync(draft, file);
    } catch (error) {
      rmSync(draft, { force: true });
      throw new AdapterError("failed", `${file} cannot be written: ${codeOf(error)}. Mend it and log in again.`);
    }
  }

  return {
    file,
    read,
    write,
    delete: () => {
      const isThere = lstatSync(file, { throwIfNoEntry: false }) !== undefined;
      rmSync(file, { force: true });
      return isThere;
    },
  };
}

/** Whether all that is there is what `write` wrote, or a person who edits files kept to its shape. */
function isGrant({ version, issuer, resource, client, redirectUri, tokens }: Grant): boolean {
  const texts = [issuer, resource, client.client_id, tokens?.accessToken ?? ""];
  const hasScopes = tokens === undefined || Array.isArray(tokens.scopes);
  return version === 1 && texts.every((text) => typeof text === "string") && URL.canParse(redirectUri) && hasScopes;
}

/** The text of a file that belongs to the user alone, looked at through one descriptor so that nobody can swap it in between. */
function readPrivate(file: string): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return undefined;
    if (code === "ELOOP") throw refusal(file, "is a symbolic link", "delete it and log in again");
    throw refusal(file, `cannot be read (${code})`, "make it readable for you alone, or delete it and log in again");
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw refusal(file, "is not a file", "delete it and log in again");
    checkOwner(file, stats);
    if (isPosix && (stats.mode & 0o077) !== 0)
      throw refusal(file, "can be read or changed by others", `chmod 600 "${file}", or delete it and log in again`);
    return readFileSync(descriptor, "utf8");
  } finally {
    closeSync(descriptor);
  }
}

function checkFolder(folder: string, stats: Stats): void {
  if (!stats.isDirectory())
    throw refusal(folder, "is not a folder of its own (a link or a file)", "move it out of the way");
  checkOwner(folder, stats);
  if (isPosix && (stats.mode & 0o077) !== 0) throw refusal(folder, "is open to others", `chmod 700 "${folder}"`);
}

function checkOwner(path: string, { uid }: Stats): void {
  if (isPosix && uid !== process.getuid?.())
    throw refusal(path, "belongs to another user", "run the adapter as that user, or log in with a HOME of your own");
}

function refusal(path: string, what: string, mend: string): AdapterError {
  return new AdapterError("failed", `${path} ${what}, and a grant is as good as a password. To mend it: ${mend}.`);
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "unknown error";
}
