import { StoreError, type StoreErrorReason } from "./store-error.ts";

/** The codes that mean more than "this query failed". https://www.postgresql.org/docs/current/errcodes-appendix.html */
const reasonByCode: Readonly<Record<string, StoreErrorReason>> = {
  "28000": "denied",
  "28P01": "denied",
  "42501": "denied",
  "3D000": "no_database",
  "3F000": "no_database",
  "25006": "read_only",
  "53100": "full",
  "53300": "busy",
  "55P03": "busy",
  "57014": "busy",
  "40001": "conflict",
  "40P01": "conflict",
  "57P01": "unreachable",
  "57P02": "unreachable",
  "57P03": "unreachable",
  "57P05": "unreachable",
  "25P03": "unreachable",
  "58030": "io",
  XX001: "corrupt",
  XX002: "corrupt",
};

/** What the driver says without a code when a connection is lost, was never had, or gives no answer. */
const lost =
  /connection terminated|connection ended|not queryable|connection error|read timeout|timeout|does not support ssl/i;

/** What it says when it was given no password and is asked for one. */
const noPassword = /password must be a (non-empty )?string/i;

/**
 * Turn what PostgreSQL, its driver or the network said into one `StoreError`.
 *
 * @param place where the server is, without a password
 */
export function toPostgresError(error: unknown, place: string): StoreError {
  if (error instanceof StoreError) return error;
  const reason = reasonOf(error);
  return new StoreError(reason, `${place} ${explain(reason, detail(error))}`, { cause: error });
}

function reasonOf(error: unknown): StoreErrorReason {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code === "string") {
    const known = reasonByCode[code] ?? (/^08/.test(code) ? "unreachable" : undefined);
    if (known !== undefined) return known;
    // Codes of PostgreSQL have five characters; those of Node (ECONNREFUSED, ENOTFOUND, CERT_HAS_EXPIRED) are longer.
    return /^[0-9A-Z]{5}$/.test(code) || code.startsWith("ERR_INVALID") ? "query" : "unreachable";
  }
  const message = detail(error);
  if (noPassword.test(message)) return "denied";
  return lost.test(message) ? "unreachable" : "query";
}

function explain(reason: StoreErrorReason, said: string): string {
  switch (reason) {
    case "unreachable":
      return `cannot be reached (${said}). Look whether the server runs, and at host, port and TLS in the address.`;
    case "denied":
      return `refuses this user (${said}). Look at user and password in the address, and at what the user may: it needs to create tables once.`;
    case "no_database":
      return `does not have this database or schema (${said}). Make it with createdb, or name another one in the address.`;
    case "read_only":
      return `takes no writes (${said}). Name the primary in the address, not a standby.`;
    case "full":
      return "cannot grow: its disk is full. Free some space; nothing needs a restart.";
    case "busy":
      return `did not do it in time (${said}). Look for long transactions and at max_connections.`;
    case "conflict":
      return `gave way to another transaction (${said}). Try again.`;
    case "corrupt":
      return `is damaged (${said}). Restore it from a backup.`;
    case "io":
      return `cannot read or write its disk (${said}). Look at the server's disk.`;
    default:
      return `could not do it: ${said}`;
  }
}

/** An error of several addresses that were tried has no message of its own. */
function detail(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(detail).join("; ");
  return error instanceof Error ? error.message || error.name : String(error);
}
