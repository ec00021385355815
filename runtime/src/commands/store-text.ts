/** What the lists of keys, tokens, tenants and audit entries look like. */

/** Rows under a head as a table for people, one line each. */
export function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows].map((row) => row.map(visible));
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const toLine = (cells: readonly string[]) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return lines.map((line) => `${toLine(line).trimEnd()}\n`).join("");
}

/** Names that were imported were not checked when minting, and must not move the terminal's cursor. */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?");
}

/** `2026-09-01 12:30 UTC` */
export function toDate(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** A date as the lists show it, or what stands for none. */
export function toDateOr(atMs: number | undefined, otherwise: string): string {
  return atMs === undefined ? otherwise : toDate(atMs);
}

/** A date as JSON has it. */
export function toIso(atMs: number | undefined): string | null {
  return atMs === undefined ? null : new Date(atMs).toISOString();
}

/** What ends a key or token. */
interface Ending {
  readonly expiresAtMs: number | undefined;
  readonly revokedAtMs: number | undefined;
}

/** Whether a key or token can still be used, its tenant's standing aside. */
export function stateOf({ expiresAtMs, revokedAtMs }: Ending, nowMs: number): "active" | "expired" | "revoked" {
  if (revokedAtMs !== undefined) return "revoked";
  return expiresAtMs !== undefined && expiresAtMs <= nowMs ? "expired" : "active";
}

/** When a key or token ends, in a sentence. */
export function describeEnd({ expiresAtMs }: Ending): string {
  return expiresAtMs === undefined ? "It never ends by itself." : `It ends on ${toDate(expiresAtMs)}.`;
}

/** Why a key or token gets no new value. */
export function describeEnded(whose: string, ending: Ending, nowMs: number): string {
  const state = stateOf(ending, nowMs);
  const when = toDateOr(state === "revoked" ? ending.revokedAtMs : ending.expiresAtMs, "in the meantime");
  return `${whose} is ${state === "active" ? "no longer active" : state} (${when}), and what has ended gets no new value. Make a new one.`;
}

/**
 * What is to be done where the old value is still in use. Clients keep what they were given in a file of their own.
 *
 * @param header the whole header with a placeholder: the value itself must not end in a shell's history
 */
export function describeRotation(options: {
  readonly whose: string;
  readonly server: { readonly name: string; readonly mcp: { readonly path: string } };
  readonly header: string;
}): string {
  const { whose, server, header } = options;
  return [
    `Rotated ${whose}. The old value has ended; clients send it until they are told the new one. In Claude Code:`,
    "",
    `  claude mcp remove ${server.name}`,
    `  claude mcp add --transport http ${server.name} https://YOUR_HOST${server.mcp.path} --header "${header}"`,
    "",
    "This is the only time the new value is shown:",
  ].join("\n");
}
