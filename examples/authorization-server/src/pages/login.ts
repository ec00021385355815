import { accounts } from "../accounts.ts";
import { html } from "./html.ts";
import type { Page } from "./page.ts";

/** Ask who is there. `failed` is the name with which it went wrong before. */
export function toLoginPage(options: {
  readonly action: string;
  readonly csrfToken: string;
  readonly client: string;
  readonly formTargets: readonly string[];
  readonly failed?: string;
}): Page {
  const { action, csrfToken, client, formTargets, failed } = options;
  const mistake = html`<p class="bad" role="alert" id="mistake">No account has this name and password. The table below lists them.</p>`;
  const invalid = failed === undefined ? undefined : html` aria-invalid="true" aria-describedby="mistake"`;
  return {
    title: "Log in",
    formTargets,
    body: html`<p><strong>${client}</strong> wants to use Perkamo for you.</p>
<p class="note">This login is a demonstration. It knows only the four accounts below, whose passwords anybody may see. Never enter a real password here.</p>
${failed === undefined ? undefined : mistake}
<form method="post" action="${action}/login">
<input type="hidden" name="csrf" value="${csrfToken}">
<label class="field" for="account">Account</label>
<input type="text" id="account" name="account" value="${failed}" required autofocus autocomplete="username" autocapitalize="none" spellcheck="false"${invalid}>
<label class="field" for="password">Password</label>
<input type="password" id="password" name="password" required autocomplete="current-password"${invalid}>
<div class="actions">
<button class="main" type="submit">Log in</button>
<button type="submit" formaction="${action}/cancel" formnovalidate>Cancel</button>
</div>
</form>
<table>
<caption>Demonstration accounts</caption>
<thead><tr><th scope="col">Account</th><th scope="col">Password</th><th scope="col">Who</th></tr></thead>
<tbody>${accounts.map(
      ({ id, password, role, organization }) =>
        html`
<tr><td>${id}</td><td>${password}</td><td>${role} at ${organization}</td></tr>`,
    )}
</tbody>
</table>`,
  };
}
