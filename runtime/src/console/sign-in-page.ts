import { html } from "hono/html";
import { type Frame, notice, page } from "./page.ts";
import { type Html, nothing } from "./words.ts";

/** The page on which operators sign in. */
export function signInPage(
  frame: Omit<Frame, "signedIn" | "path">,
  given: {
    readonly formToken: string;
    /** Where to go on: a path of the console. */
    readonly next: string;
    readonly name?: string;
    readonly problem?: string;
    /** Nobody has an account. */
    readonly isEmpty: boolean;
  },
): Html {
  const { formToken, next, name = "", problem, isEmpty } = given;
  const main = html`${problem === undefined ? nothing : notice("bad", problem)}
${isEmpty ? html`<p>Nobody has an account yet. Make one in a shell on this server: <code>toolspec operators create &lt;specs&gt; --name ana --role approver</code></p>` : nothing}
<form class="card narrow" method="post" action="/console/sign-in">
<input type="hidden" name="token" value="${formToken}">
<input type="hidden" name="next" value="${next}">
<label for="name">Name</label>
<input id="name" name="name" value="${name}" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="100">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="1000">
<button class="primary">Sign in</button>
</form>`;
  return page({ ...frame, signedIn: undefined, path: "" }, { title: "Sign in", main });
}
