import { html } from "hono/html";
import type { Disposition, ServerDefinition, Tool } from "../codegen.ts";
import { describeDisposition } from "../commands/policy-text.ts";
import type { SignedIn } from "../identity/operator-sessions.ts";
import { overridden, overrideProblem } from "../policy/override.ts";
import type { PolicyOverride, PolicyRecord } from "../ports.ts";
import { namedScopes, scopeWords } from "../scope-words.ts";
import { type Frame, notice, page } from "./page.ts";
import { type PastCalls, pastCard } from "./policy-past.ts";
import { type Html, moment, nothing, visible } from "./words.ts";

/** What the page shows. */
export interface ToolsContent extends Pick<ServerDefinition, "tools" | "scopes"> {
  /** Whose policy; empty: nobody's in particular. */
  readonly tenant: string;
  readonly policies: readonly PolicyRecord[];
  /** Somebody of this account can call. */
  readonly isKnown: boolean;
  readonly problem?: string;
}

type SignedInFrame = Frame & { readonly signedIn: SignedIn };

/** What becomes of a write, as a sentence. */
function dispositionWords(disposition: Disposition): string {
  return `A call ${describeDisposition(disposition)}.`;
}

const dryRunWords = {
  forward: "Dry runs are the upstream's own.",
  plan: "Dry runs show the request and send nothing.",
  none: "It has no dry run.",
} as const;

/** Every tool with its policy in plain words, and for one account the policy that it has made of it. */
export function toolsPage(frame: SignedInFrame, content: ToolsContent): Html {
  const { tools, tenant, isKnown, problem } = content;
  const main = html`${problem === undefined ? nothing : notice("bad", problem)}
<form class="card filters" method="get" action="/console/tools">
<div><label for="tenant">Account</label><input id="tenant" name="tenant" value="${tenant}" placeholder="none in particular" autocapitalize="none" spellcheck="false"></div>
<div><button>Show its policy</button></div>
</form>
${isKnown ? nothing : notice("bad", `No key and no token is of the account ${visible(tenant)}, so check its name.`)}
<ul class="calls">${tools.map((tool) => toolItem(tool, frame, content))}</ul>`;
  return page(frame, { title: tenant === "" ? "Tools" : `Tools for ${visible(tenant)}`, main });
}

function toolItem(tool: Tool, { signedIn }: SignedInFrame, { tenant, policies, scopes }: ToolsContent): Html {
  const own = policies.find((policy) => policy.tool === tool.name);
  const isWrite = tool.access === "write";
  const scope = tool.scope === undefined ? "Every caller may use it." : `Needs ${scopeMeaning(tool.scope, scopes)}`;
  return html`<li id="${tool.name}">
<div class="row spread"><h2>${tool.title} <code>${tool.name}</code></h2><span class="badge ${isWrite ? "runs" : "over"}">${isWrite ? "writes" : "reads"}</span></div>
<p>${isWrite ? dispositionWords(tool.disposition) : "Reads always run."} ${isWrite ? dryRunWords[tool.dryRun] : nothing}</p>
<p class="soft">${scope} <a href="/console/tools/${tool.name}">Try it</a></p>
${own === undefined ? nothing : html`<p><strong>For ${visible(tenant)}:</strong> ${dispositionWords(overridden(tool, own.override))} <span class="soft">Set by ${visible(own.setBy)}, ${moment(own.setAtMs)}.</span></p>`}
${isWrite && tenant !== "" && signedIn.operator.role === "admin" ? policyForm(tool, { tenant, own: own?.override, formToken: signedIn.formToken }) : nothing}
</li>`;
}

function scopeMeaning(scope: NonNullable<Tool["scope"]>, scopes: ServerDefinition["scopes"]): string {
  const names = namedScopes(scope);
  const [meaning] = names.length === 1 ? names.map((name) => scopes[name]) : [];
  return `${scopeWords(scope)}${meaning === undefined ? "." : `: ${meaning}`}`;
}

function policyForm(
  tool: Tool,
  given: { readonly tenant: string; readonly own: PolicyOverride | undefined; readonly formToken: string },
): Html {
  const { tenant, own, formToken } = given;
  const threshold = typeof own === "object" ? own.threshold_count : "";
  const current = own === undefined ? "spec" : typeof own === "string" ? own : "threshold";
  const choices = [
    ["spec", "as the spec says", undefined],
    ["auto", "always run", "auto"],
    ["pending_approval", "always wait for an operator", "pending_approval"],
    ["threshold", "wait above a count", { mode: "pending_approval", threshold_count: 0 }],
  ] as const satisfies readonly (readonly [string, string, PolicyOverride | undefined])[];
  const possible = choices.filter(
    ([, , override]) => override === undefined || overrideProblem(tool, override) === undefined,
  );
  const counts = possible.some(([name]) => name === "threshold");
  return html`<details id="policy-${tool.name}"><summary>Policy of ${visible(tenant)}</summary>
<form method="post" action="/console/tools">
<input type="hidden" name="token" value="${formToken}"><input type="hidden" name="tenant" value="${tenant}"><input type="hidden" name="tool" value="${tool.name}">
<div class="filters">
<div><label for="policy-of-${tool.name}">Calls of ${tool.name}</label><select id="policy-of-${tool.name}" name="policy">${possible.map(([name, words]) => html`<option value="${name}"${name === current ? html` selected` : nothing}>${words}</option>`)}</select></div>
${counts ? html`<div><label for="count-of-${tool.name}">Count</label><input id="count-of-${tool.name}" name="count" inputmode="numeric" pattern="[0-9]*" value="${threshold}" autocomplete="off"></div>` : nothing}
<div class="row"><button name="do" value="set">Set</button><button name="do" value="preview">Preview</button></div>
</div></form></details>`;
}

/** What a change means, and what it would have meant last week. One that lets more run is made only when that is meant. */
export function changePage(
  frame: SignedInFrame,
  change: {
    readonly tenant: string;
    readonly tool: Tool;
    readonly was: Disposition;
    readonly is: Disposition;
    readonly isWeakening: boolean;
    /** What was asked for, to be asked for again. */
    readonly form: URLSearchParams;
    readonly past: PastCalls;
  },
): Html {
  const { tenant, tool, was, is, isWeakening, form, past } = change;
  const again = ["token", "tenant", "tool", "policy", "count"].map(
    (name) => html`<input type="hidden" name="${name}" value="${form.get(name) ?? ""}">`,
  );
  const main = html`<section class="card">
<h2>${tool.title} <code>${tool.name}</code> of ${visible(tenant)}</h2>
<dl><dt>Now</dt><dd>${dispositionWords(was)}</dd><dt>Then</dt><dd>${dispositionWords(is)}</dd></dl></section>
${pastCard(past)}
${isWeakening ? notice("bad", "This weakens the policy: calls run that waited for somebody before.") : nothing}
<form method="post" action="/console/tools">${again}<input type="hidden" name="confirm" value="${JSON.stringify(was)}">
<div class="row"><button class="${isWeakening ? "danger" : "primary"}">${isWeakening ? "Let them run" : "Set it"}</button><a href="/console/tools?${new URLSearchParams({ tenant }).toString()}">Leave it as it is</a></div>
</form>`;
  return page(frame, { title: isWeakening ? "Weaken the policy?" : "Change the policy?", main });
}
