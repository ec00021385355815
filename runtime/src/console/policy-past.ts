import { html } from "hono/html";
import type { Preview } from "./policy-preview.ts";
import { address, dataTable } from "./visit.ts";
import { type Html, moment, nothing, visible } from "./words.ts";

/** Calls that are shown one by one. */
const changedShown = 20;

/** What a policy would have made of last week's calls. */
export interface PastCalls extends Preview {
  /** There were more calls than were looked at. */
  readonly isCut: boolean;
  readonly previewMax: number;
}

const decided: Readonly<Record<string, string>> = { run: "ran", approval: "waited", confirm: "asked the person" };

const wouldBe: Readonly<Record<string, string>> = {
  run: "would run",
  approval: "would wait",
  confirm: "would ask the person",
};

/** Which of last week's calls would have been decided otherwise, and how many nobody can tell of. */
export function pastCard({ same, changed, unknown, isCut, previewMax }: PastCalls): Html {
  const which = isCut ? `the newest ${previewMax} calls of the last seven days` : "the calls of the last seven days";
  const judged =
    unknown === 0
      ? "All could be judged."
      : `${unknown} could not be judged, because the trail has not kept enough of their arguments.`;
  const rows = changed
    .slice(0, changedShown)
    .map(
      ({ call, then, now, why }) =>
        html`<tr><th scope="row"><a href="${address("/console/audit", { call: call.callId })}">${moment(call.atMs)}</a></th><td>${visible(call.callerName)}</td><td>${decided[then]}</td><td>${wouldBe[now]}: ${visible(why)}</td></tr>`,
    );
  return html`<section class="card"><h2>Last week's calls</h2>
<p>Of ${which}, ${changed.length} would have been decided otherwise, and ${same} the same. ${judged}</p>
${rows.length === 0 ? nothing : dataTable("Calls that would have been decided otherwise", ["When", "Caller", "It", "Then"], rows)}
${changed.length > changedShown ? html`<p>And ${changed.length - changedShown} more.</p>` : nothing}</section>`;
}
