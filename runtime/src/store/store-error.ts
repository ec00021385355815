/** What kept the store from its work. For operators: callers of tools see `auth_unavailable` or `audit_unavailable` instead. */
export type StoreErrorReason =
  | "not_a_database"
  | "foreign"
  | "newer"
  | "read_only"
  | "cannot_open"
  | "full"
  | "busy"
  | "corrupt"
  | "io"
  | "closed"
  | "query"
  // Of PostgreSQL alone:
  | "unreachable"
  | "denied"
  | "no_database"
  | "no_driver"
  /** Another transaction came first, and nothing of this one lasts: begun again it does. */
  | "conflict";

/** A failure of the store, with a message that names file or server and says how to mend it. Never with a password. */
export class StoreError extends Error {
  readonly reason: StoreErrorReason;

  constructor(reason: StoreErrorReason, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = "StoreError";
    this.reason = reason;
  }
}

/** Primary result codes, https://www.sqlite.org/rescode.html. Extended codes carry the primary one in their low byte. */
const reasonByResultCode: Readonly<Record<number, StoreErrorReason>> = {
  5: "busy",
  6: "busy",
  8: "read_only",
  10: "io",
  11: "corrupt",
  13: "full",
  14: "cannot_open",
  26: "not_a_database",
};

const reasonBySystemCode: Readonly<Record<string, StoreErrorReason>> = {
  EACCES: "read_only",
  EPERM: "read_only",
  EROFS: "read_only",
  ENOSPC: "full",
  EDQUOT: "full",
  EIO: "io",
};

/** Turn what SQLite or the file system threw into one `StoreError`. */
export function toStoreError(error: unknown, file: string): StoreError {
  if (error instanceof StoreError) return error;
  const reason = reasonOf(error);
  return new StoreError(reason, explain(reason, file, error), { cause: error });
}

function reasonOf(error: unknown): StoreErrorReason {
  const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
  if (typeof errcode === "number") return reasonByResultCode[errcode & 0xff] ?? "query";
  if (typeof code !== "string") return "query";
  return reasonBySystemCode[code] ?? (code.startsWith("E") && !code.startsWith("ERR_") ? "cannot_open" : "query");
}

function explain(reason: StoreErrorReason, file: string, error: unknown): string {
  switch (reason) {
    case "not_a_database":
      return `${file} is not a SQLite database. Name another file, or move this one away and start again.`;
    case "read_only":
      return `${file} cannot be written: the file or its folder is read-only for this user. Change its owner or name another file.`;
    case "cannot_open":
      return `${file} cannot be opened (${detail(error)}). Its folder must exist or be creatable, and hold files of this user.`;
    case "full":
      return `${file} cannot grow: the disk is full. Free some space; nothing needs a restart.`;
    case "busy":
      return `${file} is locked by another process for longer than it may wait. Look for a program that keeps it open in a transaction.`;
    case "corrupt":
      return `${file} is damaged (${detail(error)}). Restore it from a backup.`;
    case "io":
      return `${file} cannot be read or written (${detail(error)}). Look at the disk and its mount.`;
    case "foreign":
    case "newer":
    case "closed":
    case "query":
    case "unreachable":
    case "denied":
    case "no_database":
    case "no_driver":
    case "conflict":
      return `${file}: ${detail(error)}`;
  }
}

function detail(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
