import { type Check, fault, ok, warning } from "./check.ts";
import { ask } from "./http.ts";
import { filled, type ServerFacts } from "./specs.ts";

/** Seconds that clocks may differ: co-signatures are accepted for 300, access tokens and identities for about 60. */
const skewGoodSeconds = 30;
const skewMaxSeconds = 60;

/** Whether the upstream answers at all, and whether its clock is ours. Any status is an answer: nothing signs in here. */
export async function upstreamChecks(
  facts: ServerFacts,
  environment: NodeJS.ProcessEnv,
  now: () => number = Date.now,
): Promise<readonly Check[]> {
  if (facts.upstreamUrl === undefined) return [];
  const url = filled(facts.upstreamUrl, environment);
  if (url === undefined)
    return [warning("upstream", `${facts.name}: its address is not known`, "set the variable that is named above")];
  if (!URL.canParse(url) || !/^https?:/.test(url))
    return [
      fault(
        "upstream",
        `${facts.name}: upstream.url is no web address`,
        "correct the variable, or its default in server.yaml",
      ),
    ];
  const { origin } = new URL(url);
  const answer = await ask(url, { method: "HEAD" });
  if ("failed" in answer)
    return [
      {
        check: "upstream",
        state: "problem",
        unreachable: true,
        message: `${facts.name}: ${origin} cannot be reached: ${answer.failed}`,
        mend: "start it, or correct the address; toolspec mock stands in for it",
      },
    ];
  const reached =
    answer.status >= 500
      ? warning("upstream", `${facts.name}: ${origin} answers ${answer.status}`, "ask whoever runs it")
      : ok("upstream", `${facts.name}: ${origin} answers (${answer.status})`);
  return [reached, ...clockCheck(facts, answer.headers.date, now())];
}

function clockCheck({ name }: ServerFacts, date: string | readonly string[] | undefined, nowMs: number): Check[] {
  const theirs = typeof date === "string" ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(theirs)) return [];
  const seconds = Math.round(Math.abs(nowMs - theirs) / 1000);
  if (seconds <= skewGoodSeconds) return [ok("clock", `${name}: the upstream's clock is ours`)];
  const message = `${name}: the upstream's clock is ${seconds} s ${theirs < nowMs ? "behind" : "ahead of"} ours`;
  const mend =
    "set the clock of this machine (NTP), or tell whoever runs the upstream: signatures and tokens are good for a minute or a few";
  return [seconds > skewMaxSeconds ? fault("clock", message, mend) : warning("clock", message, mend)];
}
