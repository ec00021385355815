import { html } from "hono/html";
import type { Outcome } from "../call.ts";
import type { JsonObject, Tool } from "../codegen.ts";
import { differences } from "./diff.ts";
import { notice } from "./page.ts";
import { type Html, nothing, pretty, short, visible } from "./words.ts";

/** The one request, exactly as it will be sent, credentials left out: method, path, headers, body. */
export function requestText(request: JsonObject): Html {
  const { method, path, query, headers, body } = request;
  const target = query === undefined ? String(path) : `${path}?${query}`;
  const lines = Object.entries((headers ?? {}) as JsonObject).map(([name, value]) => `${name}: ${value}`);
  return html`<pre tabindex="0"><strong>${visible(`${method} ${target}`)}</strong>
${lines.map(visible).join("\n")}${body === undefined ? nothing : `\n\n${typeof body === "string" ? visible(body) : pretty(body)}`}</pre>`;
}

/** Every argument, texts as they are and everything else as JSON. */
export function argumentList(input: JsonObject, tool: Tool | undefined): Html {
  const entries = Object.entries(input);
  if (entries.length === 0) return html`<p>None.</p>`;
  return html`<dl>${entries.map(
    ([name, value]) =>
      html`<dt><code>${visible(name)}</code>${tool?.sensitive?.includes(name) ? html` <span class="badge bad">sensitive</span>` : nothing}</dt><dd>${typeof value === "object" && value !== null ? html`<pre tabindex="0">${pretty(value)}</pre>` : visible(typeof value === "string" ? value : (JSON.stringify(value) ?? ""))}</dd>`,
  )}</dl>`;
}

/** What an operator has made of the arguments. */
export function differenceTable(before: JsonObject, after: JsonObject): Html {
  const found = differences(before, after);
  if (found.length === 0) return html`<p>They are as they were asked for.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Edited against asked"><table>
<thead><tr><th scope="col">Argument</th><th scope="col">Asked for</th><th scope="col">Edited</th></tr></thead>
<tbody>${found.map(
    ({ path, before: was, after: is }) =>
      html`<tr><th scope="row"><code>${visible(path)}</code></th><td>${was === undefined ? html`<span class="soft">not given</span>` : html`<del>${short(was, 2000)}</del>`}</td><td>${is === undefined ? html`<span class="soft">left out</span>` : html`<ins>${short(is, 2000)}</ins>`}</td></tr>`,
  )}</tbody></table></div>`;
}

/** What the upstream said to a dry run. */
export function dryRunOutcome(outcome: Outcome | undefined): Html {
  if (outcome === undefined) return html`<p>This tool has no dry run.</p>`;
  const status = "exchange" in outcome ? outcome.exchange?.status : undefined;
  const answered = status === undefined ? "" : ` (HTTP ${status})`;
  if (outcome.kind === "failed")
    return notice(
      "bad",
      html`<p>It would fail${answered}: <code>${outcome.error.code}</code> ${visible(outcome.error.message)}</p>`,
    );
  if (outcome.kind !== "succeeded") return html`<p>Nothing came of it.</p>`;
  return html`${notice("good", `It would succeed${answered}. Nothing was changed.`)}<pre tabindex="0">${pretty(outcome.value)}</pre>`;
}
