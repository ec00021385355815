/** How a call ended, for whoever gave it in a shell. Text of the upstream is shown with its control characters visible. */
import type { JsonObject } from "../codegen.ts";
import { isObject } from "../codegen.ts";
import { visible } from "./store-text.ts";

/** How `tools/call` answered: by a result, or by a JSON-RPC error. */
export type CallEnd =
  | { readonly result: JsonObject }
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: unknown } };

/** What a call came to, in one word: only `done` and `planned` end a command with 0. */
export type Ending = "done" | "planned" | "waits" | "failed";

/** What a person is told, and what it came to. */
export interface Told {
  readonly ending: Ending;
  /** Results, for stdout. */
  readonly out: string;
  /** What else there is to say, for stderr. */
  readonly err: string;
}

/** What the words depend on. */
export interface TellOptions {
  readonly tool: string;
  /** The call was made in this process, whose queue ends with it. */
  readonly inProcess: boolean;
}

/** Say how a call ended. */
export function tellCall(end: CallEnd, options: TellOptions): Told {
  if ("error" in end)
    return failed(errorLines(end.error.message, { code: end.error.code, ...detailsOf(end.error.data) }));
  const { result } = end;
  if (result.isError === true) return failed(toolErrorLines(textsOf(result).join("\n")));
  const value = result.structuredContent;
  if (isObject(value) && value.status === "pending_approval") return waiting(value, options);
  if (isObject(value) && value.dry_run === true && isObject(value.plan)) return planned(value, value.plan);
  const body = value === undefined ? contentLines(result) : pretty(value);
  return {
    ending: "done",
    out: lines(body),
    err: body.length === 0 ? lines(["Done. The upstream said nothing."]) : "",
  };
}

function failed(said: readonly string[]): Told {
  return { ending: "failed", out: "", err: lines(said) };
}

function waiting(value: JsonObject, { tool, inProcess }: TellOptions): Told {
  const mend = inProcess
    ? [
        "Nobody decides here: the queue of this command ends with it, so nothing will be sent.",
        `You are the operator too? Run it again with --approve. To see the request only: --dry-run.`,
        `On a running server it waits for \`toolspec approvals\`, or the console: --url <address>.`,
      ]
    : [
        `An operator decides: toolspec approvals approve ${String(value.approval_id ?? value.id ?? "<id>")} <specs>, or the console.`,
        `Do not call ${tool} again: that would ask a second time.`,
      ];
  return {
    ending: "waits",
    out: lines(pretty(value)),
    err: lines(["It waits for an operator; nothing was sent.", ...mend]),
  };
}

/** The request as it would be sent, and what would become of it. */
function planned(value: JsonObject, plan: JsonObject): Told {
  const { method, path, query, headers, body } = plan;
  const request = [
    `${method} ${query === undefined ? path : `${path}?${query}`}`,
    ...Object.entries(isObject(headers) ? headers : {}).map(([name, text]) => `${name}: ${text}`),
    ...(body === undefined ? [] : ["", ...(typeof body === "string" ? [body] : pretty(body))]),
  ];
  const { disposition } = value;
  const would = typeof disposition === "string" ? disposition : JSON.stringify(disposition);
  return {
    ending: "planned",
    out: lines(request),
    err: lines([
      `Nothing was sent. ${disposition === undefined ? "" : `Disposition of the real call: ${would}.`}`.trim(),
    ]),
  };
}

function toolErrorLines(text: string): readonly string[] {
  const error = parse(text);
  const inner = isObject(error) && isObject(error.error) ? error.error : undefined;
  if (inner === undefined) return [`error: ${text}`];
  return errorLines(String(inner.message ?? "the tool failed"), inner);
}

/** What is wrong, each problem of the arguments, and how to mend it. */
function errorLines(message: string, details: JsonObject): readonly string[] {
  const { code, status, issues, fix, retryable } = details;
  const where = status === undefined ? "" : `, HTTP ${status}`;
  return [
    `error: ${message}${code === undefined ? "" : ` (${code}${where})`}`,
    ...(Array.isArray(issues) ? issues.filter(isObject) : [])
      // Our own messages name them already.
      .filter((issue) => !message.includes(String(issue.message)))
      .map((issue) => `  ${issue.path}: ${issue.message}`),
    ...(typeof fix === "string" ? [`  ${fix}`] : []),
    ...(code === "confirmation_required"
      ? ["  Is it meant? Run it again with --confirm; --dry-run shows the request."]
      : []),
    ...(retryable === true ? ["  Trying again may help."] : []),
  ];
}

/** What a JSON-RPC error of ours carries beside its message. */
function detailsOf(data: unknown): JsonObject {
  const inner = isObject(data) && isObject(data.error) ? data.error : {};
  return { ...(isObject(inner.meta) ? inner.meta : {}), ...(inner.code !== undefined && { code: inner.code }) };
}

function textsOf({ content }: JsonObject): readonly string[] {
  return blocks(content).flatMap(({ text }) => (typeof text === "string" ? [text] : []));
}

/** Bytes are told of and not shown: `--format json` has them. */
function contentLines({ content }: JsonObject): readonly string[] {
  return blocks(content).flatMap((block) => {
    if (typeof block.text === "string") return block.text === "" ? [] : [block.text];
    const { data, mimeType, type } = block;
    const size = typeof data === "string" ? `, ${Math.floor((data.length * 3) / 4)} bytes` : "";
    return [`[${String(mimeType ?? type)}${size}; --format json has it]`];
  });
}

function blocks(content: unknown): readonly JsonObject[] {
  return Array.isArray(content) ? content.filter(isObject) : [];
}

function pretty(value: unknown): readonly string[] {
  return JSON.stringify(value, null, 2).split("\n");
}

function lines(texts: readonly string[]): string {
  return texts
    .flatMap((text) => text.split(/\r?\n/))
    .map((line) => `${visible(line.replaceAll("\t", "  "))}\n`)
    .join("");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
