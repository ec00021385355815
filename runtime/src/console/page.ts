import { html } from "hono/html";
import type { SignedIn } from "../identity/operator-sessions.ts";
import { assets } from "./assets.ts";
import { type Html, nothing, visible } from "./words.ts";

/** The console's pages, as its menu names them. */
const menu = [
  { path: "/console", name: "Approvals" },
  { path: "/console/overview", name: "Overview" },
  { path: "/console/tools", name: "Tools" },
  { path: "/console/audit", name: "Audit" },
  { path: "/console/figures", name: "Figures" },
  { path: "/console/access", name: "Keys" },
  { path: "/console/webhooks", name: "Webhooks" },
] as const;

/** What every page knows. */
export interface Frame {
  /** Of the server, as people know it. */
  readonly serverTitle: string;
  readonly signedIn: SignedIn | undefined;
  /** Where in the menu. */
  readonly path: string;
}

/** What one page says. */
export interface PageContent {
  readonly title: string;
  readonly main: Html;
  /** Stands before the title in the browser's tabs. */
  readonly mark?: string;
  /** It is looked at again every two seconds. */
  readonly isLive?: boolean;
  /** It will soon say something else: browsers without scripts load it again by themselves. */
  readonly isPassing?: boolean;
}

/** One whole page. Works without the script, which only keeps it up to date. */
export function page(
  { serverTitle, signedIn, path }: Frame,
  { title, mark = "", main, isLive = false, isPassing = false }: PageContent,
): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${mark} ${title} · ${serverTitle}</title>
<link rel="stylesheet" href="${assets.style.path}">
${isPassing ? html`<noscript><meta http-equiv="refresh" content="3"></noscript>` : nothing}
${isLive ? html`<script src="${assets.script.path}" defer></script>` : nothing}
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header class="bar">
<p class="brand">${serverTitle} <span>console</span></p>
${signedIn === undefined ? nothing : navigation(path, signedIn)}
</header>
<main id="main" tabindex="-1">
<h1>${title}</h1>
${main}
</main>
</body>
</html>`;
}

function navigation(current: string, { operator, formToken }: SignedIn): Html {
  return html`<nav aria-label="Console">
${menu.map(({ path, name }) => html`<a href="${path}"${path === current ? html` aria-current="page"` : nothing}>${name}</a>`)}
</nav>
<form class="who" method="post" action="/console/sign-out">
<input type="hidden" name="token" value="${formToken}">
<span>${visible(operator.name)}, ${operator.role}</span>
<button name="which" value="this">Sign out</button>
<button name="which" value="all">everywhere</button>
</form>`;
}

/** Where the script says whether the page is up to date. Empty without it. */
export const liveState: Html = html`<p id="live-state" class="soft live" role="status"></p>`;

/** What became of something, told at the top of a page and to who listens to it. */
export function notice(tone: "good" | "bad", message: Html | string): Html {
  return html`<div class="notice ${tone}" role="${tone === "bad" ? "alert" : "status"}">${message}</div>`;
}
