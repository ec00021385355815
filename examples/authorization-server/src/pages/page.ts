import type { ServerResponse } from "node:http";
import { type Html, html } from "./html.ts";

/** One page of this server. */
export interface Page {
  readonly title: string;
  readonly body: Html;
  /** Origins or schemes beside our own to which submitting a form may lead, redirects included. */
  readonly formTargets?: readonly string[];
}

/** Where the style sheet is. */
export const STYLE_PATH = "/style.css";

/**
 * Send a page that runs nothing, embeds nothing and cannot be embedded.
 *
 * @see CSP Level 3, section 6.4.1: browsers hold redirects that follow a form to `form-action` too
 */
export function sendPage(response: ServerResponse, status: number, page: Page): void {
  const { text } = layOut(page);
  const targets = ["'self'", ...(page.formTargets ?? [])].join(" ");
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    "content-security-policy": `default-src 'none'; style-src 'self'; form-action ${targets}; base-uri 'none'; frame-ancestors 'none'`,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  });
  response.end(text);
}

function layOut({ title, body }: Page): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – Perkamo demonstration login</title>
<link rel="stylesheet" href="${STYLE_PATH}">
</head>
<body>
<header><span class="mark" aria-hidden="true">P</span><span>Perkamo <em>demonstration</em></span></header>
<main>
<h1>${title}</h1>
${body}
</main>
<footer>This server is for demonstration and for tests. It keeps everything in memory and protects nothing real.</footer>
</body>
</html>
`;
}
