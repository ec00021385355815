import { html } from "hono/html";
import type { ServerDefinition } from "../codegen.ts";
import { usableKinds } from "../commands/keys-text.ts";
import { stateOf } from "../commands/store-text.ts";
import { tokenSchemes } from "../identity/key-format.ts";
import type { SignedIn } from "../identity/operator-sessions.ts";
import type { KeyRecord, Suspension, TokenRecord } from "../ports.ts";
import { type Frame, notice, page } from "./page.ts";
import { address, mayChange, options, token } from "./visit.ts";
import { type Html, moment, nothing, visible } from "./words.ts";

/** Keys, and tokens, that the page shows: the newest ones. An account narrows them. */
export const credentialsShown = 50;

/** Suspended accounts that the page shows. */
const suspensionsShown = 100;

type SignedInFrame = Frame & { readonly signedIn: SignedIn };

/** A new key or token, for this one time. */
export interface Made {
  readonly noun: "key" | "token";
  readonly name: string;
  readonly value: string;
}

/** What the page is made from. */
export interface Access {
  readonly server: Pick<ServerDefinition, "name" | "auth" | "scopes">;
  readonly tenant: string;
  readonly keys: readonly KeyRecord[];
  readonly tokens: readonly TokenRecord[];
  readonly suspensions: readonly Suspension[];
  readonly nowMs: number;
  readonly made: Made | undefined;
  readonly problem: string | undefined;
}

/** Keys, tokens and suspended accounts. */
export function accessPage(frame: SignedInFrame, access: Access): Html {
  const { server, tenant, keys, tokens, suspensions, made, problem } = access;
  const mine = mayChange(frame.signedIn.operator);
  const hasKeys = usableKinds(server).length > 0;
  const hasTokens = tokenSchemes(server.auth).some(({ validation }) => validation === "local");
  const action = address("/console/access", { tenant });
  const main = html`${made === undefined ? nothing : madeNotice(made)}${problem === undefined ? nothing : notice("bad", visible(problem))}
<form class="card filters" method="get" action="/console/access">
<div><label for="of">Account</label><input id="of" name="tenant" value="${tenant}" placeholder="every account" autocapitalize="none"></div>
<div><button>Show</button></div></form>
${
  hasKeys
    ? html`<h2>Keys</h2>${list(keys, "key")}${keys.map((key) => credential(frame, { record: key, noun: "key", about: `${key.kind}, ${key.scopes.join(", ") || "no scopes"}`, action, mine, nowMs: access.nowMs }))}
${mine ? keyForm(frame, server, action) : nothing}`
    : nothing
}
${
  hasTokens
    ? html`<h2>Tokens</h2>${list(tokens, "token")}${tokens.map((each) => credential(frame, { record: each, noun: "token", about: `of ${each.owner}`, action, mine, nowMs: access.nowMs }))}
${mine ? tokenForm(frame, action) : nothing}`
    : nothing
}
${!hasKeys && !hasTokens ? html`<p>Callers of this server log in, or are known to its upstream alone: there are no keys here.</p>` : nothing}
<h2>Suspended accounts</h2>
${suspensions.length === 0 ? html`<p>No account is suspended.</p>` : nothing}
${suspensions.slice(0, suspensionsShown).map((suspension) => suspended(frame, suspension, action, mine))}
${suspensions.length > suspensionsShown ? html`<p>And ${suspensions.length - suspensionsShown} more: see <code>toolspec tenants list</code>.</p>` : nothing}
${mine ? suspendForm(frame, action) : nothing}`;
  return page(frame, { title: "Keys and accounts", main });
}

function madeNotice({ noun, name, value }: Made): Html {
  return notice(
    "good",
    html`<p><strong>The ${noun} ${visible(name)} was made.</strong> This is the only time it is shown: copy it now.</p><pre tabindex="0" id="made">${value}</pre>`,
  );
}

function list(records: readonly unknown[], noun: string): Html {
  if (records.length === 0) return html`<p>There are no ${noun}s here.</p>`;
  return records.length < credentialsShown
    ? nothing
    : html`<p>The newest ${credentialsShown} are shown. Name an account to see its own.</p>`;
}

function credential(
  { signedIn }: SignedInFrame,
  given: {
    readonly record: KeyRecord | TokenRecord;
    readonly noun: "key" | "token";
    readonly about: string;
    readonly action: string;
    readonly mine: boolean;
    readonly nowMs: number;
  },
): Html {
  const { record, noun, about, action, mine, nowMs } = given;
  const { id, name, hint, tenant, createdAtMs, expiresAtMs, revokedAtMs } = record;
  const state = stateOf(record, nowMs);
  const used =
    "lastUsedAtMs" in record && record.lastUsedAtMs !== undefined
      ? html` · used ${moment(record.lastUsedAtMs)}`
      : nothing;
  const end =
    revokedAtMs !== undefined
      ? html` · revoked ${moment(revokedAtMs)}`
      : expiresAtMs === undefined
        ? html` · never ends`
        : html` · ends ${moment(expiresAtMs)}`;
  return html`<section class="card"><div class="row spread"><h3>${visible(name)}</h3><span class="badge ${state === "active" ? "good" : "over"}">${state}</span></div>
<p><code>${hint}…</code> of <a href="${address("/console/access", { tenant })}">${visible(tenant)}</a>, ${visible(about)}</p>
<p class="soft">made ${moment(createdAtMs)}${end}${used}</p>
${
  mine && state === "active"
    ? html`<form method="post" action="${action}">${token(signedIn)}<input type="hidden" name="id" value="${id}"><button class="danger" name="do" value="revoke_${noun}" aria-label="Revoke the ${noun} ${visible(name)}">Revoke</button></form>`
    : nothing
}</section>`;
}

function keyForm({ signedIn }: SignedInFrame, server: Access["server"], action: string): Html {
  const kinds = usableKinds(server).map(([name, { prefix }]) => [name, `${name} (${prefix}…)`] as const);
  const scopes = Object.entries(server.scopes);
  return html`<section class="card"><details><summary>Make a key</summary><form method="post" action="${action}">${token(signedIn)}
<label for="key-name">Name: where it is used</label><input id="key-name" name="name" maxlength="100" required autocomplete="off">
<label for="key-tenant">Account</label><input id="key-tenant" name="of" maxlength="100" required autocapitalize="none">
<label for="key-kind">Kind</label><select id="key-kind" name="kind">${options(kinds, "")}</select>
${scopes.length === 0 ? nothing : html`<fieldset><legend>It may (for kinds that have scopes)</legend>${scopes.map(([scope, about]) => html`<label><input type="checkbox" name="scope" value="${scope}">${scope}: ${visible(about)}</label>`)}</fieldset>`}
<label for="key-days">Days until it ends (empty: as its kind says)</label><input id="key-days" name="days" inputmode="numeric" autocomplete="off">
<div class="row"><button class="primary" name="do" value="make_key">Make it</button></div></form></details></section>`;
}

function tokenForm({ signedIn }: SignedInFrame, action: string): Html {
  return html`<section class="card"><details><summary>Make a token</summary><form method="post" action="${action}">${token(signedIn)}
<label for="token-name">Name: where it is used</label><input id="token-name" name="name" maxlength="100" required autocomplete="off">
<label for="token-tenant">Account</label><input id="token-tenant" name="of" maxlength="100" required autocapitalize="none">
<label for="token-owner">Who answers for it</label><input id="token-owner" name="owner" maxlength="100" required autocomplete="off">
<label for="token-days">Days until it ends (empty: as the server says)</label><input id="token-days" name="days" inputmode="numeric" autocomplete="off">
<div class="row"><button class="primary" name="do" value="make_token">Make it</button></div></form></details></section>`;
}

function suspended({ signedIn }: SignedInFrame, suspension: Suspension, action: string, mine: boolean): Html {
  const { tenant, suspendedAtMs, reason } = suspension;
  return html`<section class="card"><h3>${visible(tenant)}</h3><p>Since ${moment(suspendedAtMs)}${reason === "" ? nothing : html`: ${visible(reason)}`}</p>
${mine ? html`<form method="post" action="${action}">${token(signedIn)}<input type="hidden" name="of" value="${tenant}"><button name="do" value="resume" aria-label="Resume ${visible(tenant)}">Resume</button></form>` : nothing}</section>`;
}

function suspendForm({ signedIn }: SignedInFrame, action: string): Html {
  return html`<section class="card"><details><summary>Suspend an account</summary><form method="post" action="${action}">${token(signedIn)}
<p>Every credential of the account is refused at once, until it is resumed.</p>
<label for="suspend-tenant">Account</label><input id="suspend-tenant" name="of" maxlength="100" required autocapitalize="none">
<label for="suspend-reason">Reason, for operators alone</label><input id="suspend-reason" name="reason" maxlength="100" autocomplete="off">
<div class="row"><button class="danger" name="do" value="suspend">Suspend it</button></div></form></details></section>`;
}
