import type { Account } from "../accounts.ts";
import { RESOURCE_SCOPES } from "../resources.ts";
import { type Html, html } from "./html.ts";
import type { Page } from "./page.ts";

const words: Readonly<Record<string, string>> = {
  ...RESOURCE_SCOPES,
  offline_access: "Stay connected without asking you to log in again, until you take that back",
  openid: "Know which account you logged in with",
};

/** Ask whether a client may have what it asks for, and in which Space. */
export function toConsentPage(options: {
  readonly action: string;
  readonly csrfToken: string;
  readonly client: string;
  /** Host, or scheme, to which the answer goes. */
  readonly destination: string;
  readonly formTargets: readonly string[];
  readonly account: Account;
  readonly scopes: readonly string[];
}): Page {
  const { action, csrfToken, client, destination, formTargets, account, scopes } = options;
  return {
    title: `Let ${client} use Perkamo?`,
    formTargets,
    body: html`<form method="post" action="${action}/logout" class="inline">
<input type="hidden" name="csrf" value="${csrfToken}">
<p class="soft">You are ${account.name}, ${account.role} at ${account.organization}. <button class="link" type="submit">Log in as somebody else</button></p>
</form>
<form method="post" action="${action}/consent">
<input type="hidden" name="csrf" value="${csrfToken}">
<h2 id="asked">It asks to</h2>
<ul class="scopes" aria-labelledby="asked">${scopes.map(toItem)}</ul>
${scopes.includes("mcp:write") && account.role === "viewer" ? viewerNote : undefined}
<fieldset>
<legend>In which Space?</legend>${account.spaces.map(({ id, title }, index) => {
      const checked = index === 0 ? html` checked` : undefined;
      return html`
<label class="choice"><input type="radio" name="space" value="${id}" required${checked}><span>${title}</span><code>${id}</code></label>`;
    })}
</fieldset>
<p class="soft">The application chose its name itself, and nobody has verified it. Your answer goes to <strong>${destination}</strong>. Allow it only if you started this.</p>
<div class="actions">
<button class="main" type="submit">Allow</button>
<button type="submit" formaction="${action}/cancel" formnovalidate>Cancel</button>
</div>
</form>`,
  };
}

const viewerNote = html`<p class="note">You are a viewer: whatever you allow here, changes will be refused.</p>`;

function toItem(scope: string): Html {
  return html`
<li>${words[scope] ?? "Something that this server does not know"} <code>${scope}</code></li>`;
}
