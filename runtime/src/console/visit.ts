import type { Context } from "hono";
import { html } from "hono/html";
import type { SignedIn } from "../identity/operator-sessions.ts";
import type { OperatorRecord } from "../ports.ts";
import { type ConsoleHouse, type Env, frameOf } from "./house.ts";
import { notice, page } from "./page.ts";
import type { Html } from "./words.ts";

/** Characters of one field of an address or a form that are looked at. */
const fieldMaxChars = 300;

/** Who may change policies, keys, accounts and webhooks. */
export function mayChange({ role }: Pick<OperatorRecord, "role">): boolean {
  return role === "admin";
}

/** What whoever may not change anything is told when they try, whatever form they send. */
export function refuseChange(c: Context<Env>, house: Pick<ConsoleHouse, "server">) {
  const main = notice("bad", "Only admins change this. Ask one of them.");
  return c.html(page(frameOf(c, house), { title: "Not allowed", main }), 403);
}

/** One field of an address. */
export function asked(c: Context<Env>, name: string): string {
  return (c.req.query(name) ?? "").trim().slice(0, fieldMaxChars);
}

/** One field of a form. */
export function sent(c: Context<Env>, name: string): string {
  return (c.get("form").get(name) ?? "").trim().slice(0, fieldMaxChars);
}

/** An address of the console, empty parameters left out. */
export function address(path: string, parameters: Readonly<Record<string, string>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== "");
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

/** The hidden field that every form needs. */
export function token({ formToken }: SignedIn): Html {
  return html`<input type="hidden" name="token" value="${formToken}">`;
}

/** Rows under a head, which scrolls by itself on a phone. */
export function dataTable(
  caption: string,
  head: readonly string[],
  rows: readonly Html[],
  { isNumeric = false } = {},
): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="wide">
<caption>${caption}</caption>
<thead><tr>${head.map((name, at) => html`<th scope="col" class="${isNumeric && at > 0 ? "number" : ""}">${name}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

/** One choice among several, the first shown where none is chosen. */
export function options(values: readonly (readonly [value: string, words: string])[], chosen: string): Html {
  return html`${values.map(([value, words]) => html`<option value="${value}"${value === chosen ? html` selected` : ""}>${words}</option>`)}`;
}
