/** What calls that wait for an operator look like in a shell. */
import { statusAt } from "../approval/desk.ts";
import { undecided } from "../approval-states.ts";
import type { JsonObject } from "../codegen.ts";
import type { ApprovalRecord } from "../ports.ts";
import { toDate, toIso, toTable, visible } from "./store-text.ts";

/** Characters of an upstream's reply that are shown to people. */
const resultMaxChars = 4000;

/** Approvals as a table for people, one line each. */
export function toApprovalTable(approvals: readonly ApprovalRecord[], nowMs: number): string {
  return toTable(
    ["ID", "STATUS", "TOOL", "TENANT", "ASKED BY", "ASKED", "LEFT", "WHY"],
    approvals.map((approval) => [
      approval.id,
      statusAt(approval, nowMs),
      approval.tool,
      approval.tenant,
      approval.requester.name || approval.requester.id,
      toDate(approval.createdAtMs),
      waits(approval, nowMs) ? toDuration(approval.expiresAtMs - nowMs) : "-",
      approval.why,
    ]),
  );
}

/** Everything that an operator must know of one. */
export function describeApproval(approval: ApprovalRecord, nowMs: number): string {
  const { requester, client, decidedBy, decidedAtMs, endorsedBy, reason, errorCode, errorMessage } = approval;
  const left = waits(approval, nowMs) ? `, ${toDuration(approval.expiresAtMs - nowMs)} left` : "";
  const said = reason === undefined ? "" : `: ${reason}`;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["approval", approval.id],
    ["tool", `${approval.title} (${approval.tool})`],
    ["status", `${statusAt(approval, nowMs)}${left}`],
    ["why", approval.why],
    ["asked by", `${requester.kind} ${JSON.stringify(requester.name)}, id ${requester.id}, of ${approval.tenant}`],
    ["through", client],
    ["asked on", toDate(approval.createdAtMs)],
    ["expires on", toDate(approval.expiresAtMs)],
    ["first yes", endorsedBy],
    [
      "decided",
      decidedAtMs === undefined ? undefined : `${toDate(decidedAtMs)} by ${decidedBy ?? "the caller"}${said}`,
    ],
    ["upstream", approval.upstreamStatus === undefined ? undefined : `answered ${approval.upstreamStatus}`],
    ["error", errorCode === undefined ? undefined : `${errorCode}: ${errorMessage ?? ""}`],
  ];
  const head = rows.flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(12)}${value}`]));
  const blocks: readonly string[] = [
    ...head,
    "",
    "Arguments:",
    ...toArgumentLines(approval),
    "",
    "Request:",
    ...toRequestLines(approval.request),
    ...(approval.result === undefined ? [] : ["", "Reply:", `  ${clip(approval.result)}`]),
  ];
  return `${blocks.map(visible).join("\n")}\n`;
}

/** What has become of it with a decision, in a sentence. */
export function describeDecision({ id, status, expiresAtMs }: ApprovalRecord): string {
  switch (status) {
    case "endorsed":
      return `Your yes to ${id} is on record. A second person must approve it before ${toDate(expiresAtMs)}.\n`;
    case "approved":
      return `Approved ${id}. Whoever serves runs it within two seconds; \`toolspec approvals show\` says how it ended.\n`;
    default:
      return `Approval ${id} is now ${status}.\n`;
  }
}

/** One approval for programs: everything that is known, null where there is nothing. */
export function toApprovalJson(approval: ApprovalRecord, nowMs: number): JsonObject {
  const { requester } = approval;
  return {
    approval_id: approval.id,
    status: statusAt(approval, nowMs),
    action_type: approval.tool,
    title: approval.title,
    tenant: approval.tenant,
    requester: { kind: requester.kind, id: requester.id, name: requester.name },
    client: approval.client ?? null,
    why: approval.why,
    arguments: approval.input,
    edited_arguments: approval.editedInput ?? null,
    request: approval.request,
    created_at: toIso(approval.createdAtMs),
    expires_at: toIso(approval.expiresAtMs),
    endorsed_by: approval.endorsedBy ?? null,
    decided_by: approval.decidedBy ?? null,
    decided_at: toIso(approval.decidedAtMs),
    reason: approval.reason ?? null,
    attempts: approval.attempts,
    finished_at: toIso(approval.finishedAtMs),
    upstream_status: approval.upstreamStatus ?? null,
    result: approval.result ?? null,
    error: approval.errorCode === undefined ? null : { code: approval.errorCode, message: approval.errorMessage ?? "" },
  };
}

function waits(approval: ApprovalRecord, nowMs: number): boolean {
  return undecided.includes(statusAt(approval, nowMs));
}

/** Each argument, and beside it what an operator has made of it. */
function toArgumentLines({ input, editedInput = input }: ApprovalRecord): readonly string[] {
  const names = new Set([...Object.keys(input), ...Object.keys(editedInput)]);
  const lines = [...names].map((name) => {
    const [before, after] = [toText(input[name]), toText(editedInput[name])];
    return `  ${name}: ${before === after ? before : `${before} → ${after}`}`;
  });
  return lines.length === 0 ? ["  none"] : lines;
}

function toText(value: unknown): string {
  return value === undefined ? "(not given)" : JSON.stringify(value);
}

function toRequestLines({ method, path, query, headers, body }: JsonObject): readonly string[] {
  const target = query === undefined ? path : `${path}?${query}`;
  const lines = [
    `${method} ${target}`,
    ...Object.entries((headers as JsonObject | undefined) ?? {}).map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : JSON.stringify(body, null, 2).split("\n")),
  ];
  return lines.map((line) => `  ${line}`);
}

function clip(text: string): string {
  return text.length <= resultMaxChars ? text : `${text.slice(0, resultMaxChars)}… (--json shows all of it)`;
}

/** `3 d 4 h`, `5 h 12 min`, `40 s` */
function toDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [minutes, hours, days] = [Math.floor(seconds / 60), Math.floor(seconds / 3600), Math.floor(seconds / 86_400)];
  if (minutes === 0) return `${seconds} s`;
  if (hours === 0) return `${minutes} min`;
  return days === 0 ? `${hours} h ${minutes % 60} min` : `${days} d ${hours % 24} h`;
}
