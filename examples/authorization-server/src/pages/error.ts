import { html } from "./html.ts";
import type { Page } from "./page.ts";

/** Say why an authorization request cannot go on, and cannot go back to the application either. */
export function toErrorPage(problem: {
  readonly error: string;
  readonly error_description?: string | undefined;
}): Page {
  return {
    title: "This cannot go on",
    body: html`<p class="bad" role="alert">${problem.error_description ?? "The request cannot be answered."}</p>
<p>Go back to the application and start again. If that does not help, tell its makers what stands above and the code <code>${problem.error}</code>.</p>`,
  };
}
