import { html } from "hono/html";
import type { JsonObject, Scope, Tool } from "../codegen.ts";
import type { Explained } from "../commands/policy-explain.ts";
import { describeDisposition } from "../commands/policy-text.ts";
import type { SignedIn } from "../identity/operator-sessions.ts";
import { overridden } from "../policy/override.ts";
import type { PolicyRecord } from "../ports.ts";
import { scopeWords } from "../scope-words.ts";
import { type Frame, notice, page } from "./page.ts";
import { requestText } from "./request-parts.ts";
import { type Field, fieldHtml } from "./try-form.ts";
import { address, options, token } from "./visit.ts";
import { type Html, nothing, visible } from "./words.ts";

/** Accounts with a policy of their own that a tool's page names. */
const policiesShown = 50;

type SignedInFrame = Frame & { readonly signedIn: SignedIn };

/** What came of trying. */
export interface Tried {
  readonly explained: Explained;
  /** What would be sent, without credentials; absent where nothing would be. */
  readonly request: JsonObject | undefined;
  /** Why there is no request where one was expected. */
  readonly problem: string | undefined;
}

/** One tool: its policy in words, and a form to try it. */
export function tryPage(
  frame: SignedInFrame,
  given: {
    readonly tool: Tool;
    readonly policies: readonly PolicyRecord[];
    readonly fields: readonly Field[];
    /** Kinds of callers, beside one that bypasses nothing. */
    readonly kinds: readonly string[];
    readonly form: URLSearchParams | undefined;
    readonly tried: Tried | undefined;
    readonly problem: string | undefined;
  },
): Html {
  const { tool, policies, fields, kinds, form, tried, problem } = given;
  const main = html`${problem === undefined ? nothing : notice("bad", visible(problem))}
${tried === undefined ? nothing : triedCard(tried)}
<section class="card"><h2>What it does</h2><p>${visible(tool.description)}</p>
<dl><dt>Name</dt><dd><code>${tool.name}</code></dd><dt>Kind</dt><dd>${tool.access}</dd><dt>Scope</dt><dd>${describeScope(tool.scope)}</dd>
<dt>Policy</dt><dd>${describePolicy(tool)}</dd><dt>Dry run</dt><dd>${dryRuns[tool.dryRun]}</dd>
${tool.sensitive === undefined || tool.sensitive.length === 0 ? nothing : html`<dt>Never kept</dt><dd>${tool.sensitive.join(", ")}</dd>`}</dl></section>
${
  policies.length === 0
    ? nothing
    : html`<section class="card"><h2>Accounts with a policy of their own</h2><ul>${policies
        .slice(0, policiesShown)
        .map(
          ({ tenant, override }) =>
            html`<li><a href="${address("/console/tools", { tenant })}">${visible(tenant)}</a>: it ${describeDisposition(overridden(tool, override))}</li>`,
        )}</ul>
${policies.length > policiesShown ? html`<p>And ${policies.length - policiesShown} more.</p>` : nothing}</section>`
}
<section class="card"><h2>Try it</h2>
<p>Says what would become of such a call, step by step, and shows the request that it would make. Nothing is sent.</p>
<form method="post" action="/console/tools/${tool.name}">${token(frame.signedIn)}
${fields.map((field) => fieldHtml(field, form))}
<fieldset><legend>Who calls</legend><div class="filters">
<div><label for="tenant">Account</label><input id="tenant" name="tenant" value="${form?.get("tenant") ?? ""}" placeholder="one without a policy" autocapitalize="none"></div>
<div><label for="kind">Kind of caller</label><select id="kind" name="kind">${options([["", "one that bypasses nothing"], ...kinds.map((kind) => [kind, kind] as const)], form?.get("kind") ?? "")}</select></div>
</div></fieldset>
<div class="row"><button class="primary">Try it</button></div></form></section>`;
  return page(frame, { title: tool.title, main });
}

/** In a shell a step names the option that changes it; here the form does. */
const flagHint = / \(--[^)]*\)$/;

const decisions: Readonly<Record<string, string>> = {
  run: "It would run",
  dry_run: "It would run dry",
  approval: "It would wait for an operator",
  confirm: "The person would be asked first",
  refused: "It would be refused",
};

function triedCard({ explained, request, problem }: Tried): Html {
  const { decision, why, steps } = explained;
  return html`${notice(decision === "refused" ? "bad" : "good", html`<p><strong>${decisions[decision] ?? decision}</strong>: ${visible(why)}. Nothing was sent.</p>`)}
<section class="card" id="tried"><h2>Step by step</h2><dl>${steps.map(({ step, says }) => html`<dt>${step}</dt><dd>${visible(says.replace(flagHint, ""))}</dd>`)}</dl>
${request === undefined ? nothing : html`<h3>Would call</h3>${requestText(request)}`}
${problem === undefined ? nothing : html`<h3>Would call</h3><p>${visible(problem)}</p>`}</section>`;
}

function describePolicy({ access, disposition }: Tool): string {
  return access === "read" ? "it only reads, and always runs" : `it ${describeDisposition(disposition)}`;
}

function describeScope(scope: Scope | undefined): string {
  return scope === undefined ? "needs no scope" : `needs ${scopeWords(scope)}`;
}

const dryRuns = {
  forward: "the upstream itself runs dry",
  plan: "the request is shown, and nothing is sent",
  none: "there is none",
} as const;
