import type { Finding, Rule, ToolDraft } from "../ir/draft.ts";
import { shown } from "../spec/problem.ts";
import { headersSetByServer } from "./reserved-header.ts";

/** What the runtime sends with every request, beside what frames the message or carries credentials. */
const sentAlways = ["user-agent", "x-request-id", "traceparent"];

/** RFC 9110, section 5.1: a field name is a token. */
const token = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

/** The header that tells repetitions apart is the call's alone: a write's, and set by nothing else. */
export const idempotencyHeader: Rule = ({ server, tools }) => {
  const taken = headersSetByServer(server?.spec ?? {}, { withRelay: true });
  return tools.flatMap((draft): Finding[] => {
    const header = draft.spec.idempotency?.header;
    if (header === undefined) return [];
    const problem = problemOf(header, draft, taken);
    if (problem === undefined) return [];
    return [{ rule: "idempotency-header", file: draft.file, path: ["idempotency", "header"], ...problem }];
  });
};

function problemOf(header: string, { access, inputs, request }: ToolDraft, taken: ReadonlySet<string>) {
  if (access === "read")
    return { message: "a read needs no idempotency header, because it changes nothing", mend: "remove idempotency" };
  const mend = "name the header that the upstream's documentation names, such as Idempotency-Key";
  if (!token.test(header)) return { message: `${shown(header)} is no header name`, mend };
  const name = header.toLowerCase();
  if (taken.has(name) || sentAlways.includes(name) || name.startsWith("content-"))
    return { message: `the header ${header} is set by the server itself`, mend };
  const given = [
    ...inputs.filter(({ place }) => place === "header").map(({ as }) => as[0]),
    ...Object.keys(request?.constants.headers ?? {}),
  ];
  if (!given.some((other) => other.toLowerCase() === name)) return undefined;
  return { message: `the header ${header} is also set by an input or a constant`, mend: "keep one of them" };
}
