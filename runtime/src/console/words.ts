import { html } from "hono/html";
import type { ApprovalStatus } from "../approval-states.ts";
import type { ApprovalRecord } from "../ports.ts";

/** A piece of a page, its values escaped. */
export type Html = ReturnType<typeof html>;

/** Nothing, where a piece is left out. */
export const nothing: Html = html``;

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Each state in an operator's words, and how it is coloured. */
export const statusWords: Readonly<Record<ApprovalStatus, { readonly words: string; readonly tone: Tone }>> = {
  pending: { words: "waits for a decision", tone: "waits" },
  endorsed: { words: "waits for a second person", tone: "waits" },
  approved: { words: "approved, about to run", tone: "runs" },
  executing: { words: "running", tone: "runs" },
  executed: { words: "executed", tone: "good" },
  failed: { words: "failed", tone: "bad" },
  outcome_unknown: { words: "outcome unknown", tone: "bad" },
  rejected: { words: "rejected", tone: "over" },
  expired: { words: "expired", tone: "over" },
  withdrawn: { words: "withdrawn by whoever asked", tone: "over" },
};

/** How a state looks: the words say it too. */
export type Tone = "waits" | "runs" | "good" | "bad" | "over";

/** A state as a badge. */
export function badge(status: ApprovalStatus): Html {
  const { words, tone } = statusWords[status];
  return html`<span class="badge ${tone}">${words}</span>`;
}

/** A length of time in the two units that matter: `23 h 59 min`. */
export function duration(ms: number): string {
  const whole = Math.max(0, ms);
  if (whole >= 2 * day) return `${Math.floor(whole / day)} d ${Math.floor((whole % day) / hour)} h`;
  if (whole >= hour) return `${Math.floor(whole / hour)} h ${Math.floor((whole % hour) / minute)} min`;
  if (whole >= 5 * minute) return `${Math.floor(whole / minute)} min`;
  if (whole >= minute) return `${Math.floor(whole / minute)} min ${Math.floor((whole % minute) / second)} s`;
  return `${Math.floor(whole / second)} s`;
}

/** An instant, in UTC as everywhere in this house. */
export function moment(atMs: number): Html {
  const iso = new Date(atMs).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace("T", " ")} UTC</time>`;
}

/** A value as JSON that people can read. What cannot be seen is written out, so that nothing hides in a text. */
export function pretty(value: unknown): string {
  return visible(JSON.stringify(value, null, 2) ?? "");
}

/** Any text with its control and formatting characters written out: an agent's words must not turn lines around. */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character === "\n" ? character : escaped(character),
  );
}

/** As JSON has it, in UTF-16 units, so that edited arguments mean the same. */
function escaped(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}

/** A value on one line, cut where it would fill the page. */
export function short(value: unknown, maxChars = 60): string {
  const text = visible(typeof value === "string" ? value : (JSON.stringify(value) ?? "")).replaceAll("\n", "\\n");
  return text.length > maxChars ? `${text.slice(0, maxChars).toWellFormed()}…` : text;
}

/** Who asked: `ci-agent (agent, Claude Code 2.3)`. */
export function whoAsked({ requester, client }: Pick<ApprovalRecord, "requester" | "client">): string {
  const { name, kind } = requester;
  return visible(`${name} (${kind}${client === undefined ? "" : `, ${client}`})`);
}
