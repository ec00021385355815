import type { Secret } from "../call.ts";
import type { Clock, Logger } from "../ports.ts";
import { toPrintable } from "./printable.ts";

const levels = ["debug", "info", "warn", "error"] as const;

/** From the most talkative to the quietest. */
export type LogLevel = (typeof levels)[number];

/** Characters of one line at most: what common collectors take as one event. */
const lineMaxChars = 16_000;

/** Fields that say what a line is; a caller's field of the same name steps aside. */
const ownFields = new Set(["time", "level", "message"]);

/**
 * Make a logger that writes one line per event.
 *
 * `json` lines are objects `{ time, level, message, … }`; `pretty` lines are for people. Control, bidi and line-separating
 * characters are escaped in both, so that no value can forge a line. It never throws and never prints a secret: not a `Secret`,
 * not the value of a field that is named like one, not one of `secrets`.
 */
export function createLogger(options: {
  readonly level: LogLevel;
  readonly format: "json" | "pretty";
  /** Takes one line, its line feed included. Usually `process.stderr.write`. */
  readonly write: (line: string) => unknown;
  readonly clock: Pick<Clock, "now">;
  /** Values that must not be printed wherever they stand, e.g. the credential for the upstream. */
  readonly secrets?: readonly Secret[];
}): Logger {
  const threshold = levels.indexOf(options.level);
  const printing = { withStack: options.level === "debug", secrets: options.secrets ?? [] };
  const format = options.format === "json" ? toJsonLine : toPrettyLine;

  function log(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    if (levels.indexOf(level) < threshold) return;
    try {
      const time = new Date(options.clock.now()).toISOString();
      const printable = toPrintable({ message, fields }, printing) as Printable;
      options.write(`${cut(escapeControls(format({ time, level, ...printable })))}\n`);
    } catch {
      // Where would it be reported? A full disk or a closed pipe behind stderr must not end a call.
    }
  }

  return {
    debug: (message, fields) => log("debug", message, fields),
    info: (message, fields) => log("info", message, fields),
    warn: (message, fields) => log("warn", message, fields),
    error: (message, fields) => log("error", message, fields),
  };
}

interface Printable {
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface Line extends Printable {
  readonly time: string;
  readonly level: LogLevel;
}

function toJsonLine({ time, level, message, fields }: Line): string {
  const others = Object.entries(fields).map(
    ([name, value]) => [ownFields.has(name) ? `${name}_` : name, value] as const,
  );
  const whole = JSON.stringify({ time, level, message, ...Object.fromEntries(others) });
  if (whole.length <= lineMaxChars) return whole;
  // Cut JSON is no JSON: a line that is too long keeps its short fields and names the others.
  const short = others.map(
    ([name, value]) => [name, JSON.stringify(value).length < 500 ? value : "[too long]"] as const,
  );
  const shorter = JSON.stringify({ time, level, message, ...Object.fromEntries(short) });
  return shorter.length <= lineMaxChars ? shorter : JSON.stringify({ time, level, message });
}

function toPrettyLine({ time, level, message, fields }: Line): string {
  const shown = Object.entries(fields).map(([name, value]) => ` ${name}=${toPrettyValue(value)}`);
  return `${time.slice(11, 23)} ${level.padEnd(5)} ${message}${shown.join("")}`;
}

function toPrettyValue(value: unknown): string {
  return typeof value === "string" && /^[\w./:[\]-]+$/.test(value) ? value : JSON.stringify(value);
}

/** JSON escapes of everything that moves a cursor, ends a line or turns the direction of text. */
function escapeControls(line: string): string {
  return line.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    [...Array(character.length).keys()].map((unit) => toEscape(character.charCodeAt(unit))).join(""),
  );
}

function toEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}

function cut(line: string): string {
  // Escapes make a line longer; one of nothing but controls is not worth keeping whole.
  return line.length <= 6 * lineMaxChars ? line : `${line.slice(0, lineMaxChars)}…`;
}

/** A log that nobody reads any more (a closed pipe, a full disk) must not end the server; Node would, without a listener. */
export function writeToStderr(line: string): void {
  if (process.stderr.listenerCount("error") === 0) process.stderr.on("error", () => undefined);
  process.stderr.write(line);
}
