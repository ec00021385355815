import { createHash } from "node:crypto";
import { liveHeader } from "./guard.ts";
import { styleText } from "./style.ts";

/** A file that is served as it stands. Its path changes with it, so that browsers may keep it for good. */
export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly text: string;
}

function asset(name: string, type: string, text: string): Asset {
  const version = createHash("sha256").update(text).digest("hex").slice(0, 12);
  const [stem, ending] = name.split(".") as [string, string];
  return { path: `/console/assets/${stem}-${version}.${ending}`, type, text };
}

/**
 * Fetches the page that is shown every two seconds and replaces the parts that are marked `data-live` where they have changed; one
 * with a `data-key` only when that has, so that nobody's half-written reason is lost. The session is not kept alive by it.
 */
const scriptText = `"use strict";
(() => {
  const everyMs = 2000;
  const state = document.getElementById("live-state");
  const say = (text) => { if (state && state.textContent !== text) state.textContent = text; };
  const markOf = (element) => {
    const at = document.activeElement;
    return element.contains(at) ? at.id || at.getAttribute("href") : undefined;
  };
  const findMark = (element, mark) =>
    [...element.querySelectorAll("[id],[href]")].find((one) => one.id === mark || one.getAttribute("href") === mark);
  const shown = new Map();
  const isSame = (now, fresh) => {
    if (fresh.dataset.key !== undefined) return now.dataset.key === fresh.dataset.key;
    const before = shown.get(now.id);
    shown.set(now.id, fresh.innerHTML);
    return before === undefined ? now.innerHTML === fresh.innerHTML : before === fresh.innerHTML;
  };
  const refresh = async () => {
    if (document.hidden) return;
    const response = await fetch(location.href, { headers: { "${liveHeader}": "1" }, credentials: "same-origin" });
    if (response.redirected) return location.reload();
    if (!response.ok) throw new Error(String(response.status));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const now of document.querySelectorAll("[data-live]")) {
      const fresh = page.getElementById(now.id);
      if (!fresh || isSame(now, fresh)) continue;
      const mark = markOf(now);
      for (const one of now.querySelectorAll("details[open][id]")) page.getElementById(one.id)?.setAttribute("open", "");
      now.replaceWith(document.adoptNode(fresh));
      if (mark) findMark(fresh, mark)?.focus({ preventScroll: true });
    }
    document.title = page.title;
    say("live");
  };
  const loop = () => refresh().catch(() => say("not reachable, trying again")).finally(() => setTimeout(loop, everyMs));
  setTimeout(loop, everyMs);
})();
`;

/** All of them. */
export const assets = {
  style: asset("console.css", "text/css; charset=utf-8", styleText),
  script: asset("live.js", "text/javascript; charset=utf-8", scriptText),
} as const;
