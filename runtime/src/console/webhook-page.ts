import { html } from "hono/html";
import type { SignedIn } from "../identity/operator-sessions.ts";
import type { DeliveryStatus, WebhookDelivery, WebhookEndpoint } from "../ports.ts";
import { type Frame, notice, page } from "./page.ts";
import { address, mayChange, options, token } from "./visit.ts";
import { type Html, moment, nothing, short, type Tone, visible } from "./words.ts";

/** Messages on one page. */
export const deliveriesShown = 50;

/** Endpoints that the page shows: ten for every account, and ten of each. */
const endpointsShown = 100;

type SignedInFrame = Frame & { readonly signedIn: SignedIn };

/** Which messages, as the page's address says. */
export interface DeliveryQuery {
  readonly status: DeliveryStatus | "";
  readonly endpoint: string;
  readonly after: string;
}

const statuses: readonly (readonly [DeliveryStatus | "", string])[] = [
  ["", "every message"],
  ["waiting", "on their way"],
  ["delivered", "received"],
  ["dead", "given up"],
];

/** Read a status; every message where it is none. */
export function readStatus(text: string): DeliveryStatus | "" {
  return statuses.find(([status]) => status === text)?.[0] ?? "";
}

/** Endpoints and messages. */
export function webhooksPage(
  frame: SignedInFrame,
  given: {
    readonly endpoints: readonly WebhookEndpoint[];
    readonly counts: ReadonlyMap<string, Readonly<Partial<Record<DeliveryStatus, number>>>>;
    readonly deliveries: readonly WebhookDelivery[];
    readonly next: string | undefined;
    readonly query: DeliveryQuery;
    /** Of a new endpoint, for this one time. */
    readonly secret: string | undefined;
    readonly said: { readonly tone: "good" | "bad"; readonly words: string } | undefined;
  },
): Html {
  const { endpoints, counts, deliveries, next, query, secret, said } = given;
  const mine = mayChange(frame.signedIn.operator);
  const nameOf = new Map(endpoints.map(({ id, url }) => [id, originOf(url)]));
  const here = (more: Partial<DeliveryQuery>) => address("/console/webhooks", { ...query, after: "", ...more });
  const main = html`${secret === undefined ? nothing : notice("good", html`<p><strong>The endpoint was added.</strong> Messages are signed with this secret. This is the only time it is shown: copy it now.</p><pre tabindex="0" id="made">${secret}</pre>`)}
${said === undefined ? nothing : notice(said.tone, visible(said.words))}
<h2>Endpoints</h2>
${endpoints.length === 0 ? html`<p>Nobody is told of calls that wait.</p>` : nothing}
${endpoints.slice(0, endpointsShown).map((endpoint) => endpointCard(frame, endpoint, counts.get(endpoint.id) ?? {}, mine))}
${endpoints.length > endpointsShown ? html`<p>And ${endpoints.length - endpointsShown} more: see <code>toolspec webhooks list</code>.</p>` : nothing}
${mine ? addForm(frame) : nothing}
<h2>Messages</h2>
<form class="card filters" method="get" action="/console/webhooks">
<div><label for="status">Which</label><select id="status" name="status">${options(statuses, query.status)}</select></div>
<div><label for="endpoint">Endpoint</label><select id="endpoint" name="endpoint">${options([["", "every endpoint"], ...[...nameOf].slice(0, endpointsShown)], query.endpoint)}</select></div>
<div><button>Show</button></div></form>
${deliveries.length === 0 ? html`<p>No message is here.</p>` : html`<ul class="calls">${deliveries.map((delivery) => deliveryItem(frame, delivery, nameOf.get(delivery.endpointId), mine, here({ after: query.after })))}</ul>`}
<p class="row">${query.after === "" ? nothing : html`<a href="${here({})}">Newest</a>`}${next === undefined ? nothing : html`<a href="${here({ after: next })}">Older</a>`}</p>`;
  return page(frame, { title: "Webhooks", main });
}

/** Path and query often hold a token of the receiver's. */
function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : "unknown";
}

function endpointCard(
  { signedIn }: SignedInFrame,
  endpoint: WebhookEndpoint,
  counts: Readonly<Partial<Record<DeliveryStatus, number>>>,
  mine: boolean,
): Html {
  const { id, url, tenant, allowPrivate, createdAtMs, createdBy, failingSinceMs, disabledAtMs, disabledBecause } =
    endpoint;
  const { waiting = 0, delivered = 0, dead = 0 } = counts;
  const [tone, words]: [Tone, string] =
    disabledAtMs !== undefined
      ? ["bad", "disabled"]
      : failingSinceMs !== undefined
        ? ["waits", "failing"]
        : ["good", "works"];
  const button = (what: string, name: string, look = "") =>
    html`<button class="${look}" name="do" value="${what}" aria-label="${name}: ${originOf(url)}">${name}</button>`;
  return html`<section class="card"><div class="row spread"><h3>${visible(originOf(url))}</h3><span class="badge ${tone}">${words}</span></div>
<p>Told of the calls of ${tenant === undefined ? "every account" : html`account ${visible(tenant)}`}${allowPrivate ? ", may be on a private network" : ""}.</p>
<p><a href="${address("/console/webhooks", { endpoint: id, status: "waiting" })}">${waiting} on their way</a> · <a href="${address("/console/webhooks", { endpoint: id, status: "delivered" })}">${delivered} received</a> · <a href="${address("/console/webhooks", { endpoint: id, status: "dead" })}">${dead} given up</a></p>
${failingSinceMs === undefined ? nothing : html`<p>Every attempt has failed since ${moment(failingSinceMs)}.</p>`}
${disabledAtMs === undefined ? nothing : html`<p>Disabled ${moment(disabledAtMs)}: ${visible(disabledBecause ?? "")}</p>`}
<p class="soft">added ${moment(createdAtMs)} by ${visible(createdBy)}, id ${id}</p>
${
  mine
    ? html`<form class="row" method="post" action="/console/webhooks">${token(signedIn)}<input type="hidden" name="id" value="${id}">
${button("test", "Send a test")}${disabledAtMs === undefined ? nothing : button("enable", "Enable")}${dead > 0 && disabledAtMs === undefined ? button("replay_dead", "Send again what was given up") : nothing}${button("remove", "Remove", "danger")}</form>`
    : nothing
}</section>`;
}

function addForm({ signedIn }: SignedInFrame): Html {
  return html`<section class="card"><details><summary>Add an endpoint</summary><form method="post" action="/console/webhooks">${token(signedIn)}
<label for="url">Address that takes POST requests, https</label><input id="url" name="url" type="url" maxlength="2000" required autocapitalize="none">
<label for="tenant">Account whose calls it is told of (empty: every account's)</label><input id="tenant" name="of" maxlength="100" autocapitalize="none">
<label><input type="checkbox" name="private" value="yes">It may be plain http, and on a private network</label>
<div class="row"><button class="primary" name="do" value="add">Add it</button></div></form></details></section>`;
}

const tones: Readonly<Record<DeliveryStatus, Tone>> = { waiting: "waits", delivered: "good", dead: "bad" };

function deliveryItem(
  { signedIn }: SignedInFrame,
  delivery: WebhookDelivery,
  endpoint: string | undefined,
  mine: boolean,
  here: string,
): Html {
  const {
    id,
    type,
    status,
    approvalId,
    tenant,
    createdAtMs,
    attempts,
    lastAttemptAtMs,
    lastStatus,
    lastError,
    dueAtMs,
  } = delivery;
  const last =
    lastAttemptAtMs === undefined
      ? "not tried yet"
      : html`tried ${moment(lastAttemptAtMs)}${lastStatus === undefined ? "" : `, HTTP ${lastStatus}`}${lastError === undefined ? "" : `: ${short(lastError, 200)}`}`;
  return html`<li><div class="row spread"><h3>${visible(type)}</h3><span class="badge ${tones[status]}">${statuses.find(([each]) => each === status)?.[1]}</span></div>
<p>To ${visible(endpoint ?? "an endpoint that was removed")}, about <a href="/console/approvals/${approvalId}">a call</a> of ${visible(tenant)}</p>
<p class="soft">${moment(createdAtMs)} · ${attempts} ${attempts === 1 ? "attempt" : "attempts"} · ${last}${status === "waiting" ? html` · again ${moment(dueAtMs)}` : nothing}</p>
${
  mine && status !== "waiting" && endpoint !== undefined
    ? html`<form method="post" action="${here}">${token(signedIn)}<input type="hidden" name="id" value="${id}"><button name="do" value="replay" aria-label="Send ${visible(type)} again">Send again</button></form>`
    : nothing
}</li>`;
}
