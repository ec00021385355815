import { styleText } from "node:util";
import type { Diagnostic } from "../diagnostics.ts";
import type { Obstacle } from "../files.ts";
import type { DevPlaces, DevServer } from "../handover.ts";
import type { ServerIr } from "../ir/tool.ts";
import type { Seen } from "../mock/mock.ts";
import { formatDiagnostics, summarize } from "../spec/diagnostics-format.ts";

/** What happens in `dev`, for people as text and for programs as one line of JSON each. */
export type DevEvent =
  | ({
      readonly event: "ready";
      readonly server: ServerIr;
      readonly operator: DevServer["operator"];
      readonly upstream: string;
      readonly isMock: boolean;
      readonly specs: string;
      /** One caller is served over stdin and stdout too. */
      readonly isStdio: boolean;
    } & DevPlaces)
  | {
      readonly event: "changed";
      readonly touched: readonly string[];
      /** Generated files that were written, of how many. */
      readonly files: number;
      readonly of: number;
      /** Milliseconds until the files were written, and until the change was served. */
      readonly regenerateMs: number;
      readonly ms: number;
      readonly changed: { readonly tools: boolean; readonly prompts: boolean };
      readonly places: DevPlaces;
    }
  | {
      readonly event: "problems";
      readonly diagnostics: readonly Diagnostic[];
      readonly sources: ReadonlyMap<string, string>;
      readonly obstacles: readonly Obstacle[];
      readonly touched: readonly string[];
      readonly servedSince: Date | undefined;
    }
  /** Generated files that somebody else had changed or removed, by path from the working directory. */
  | { readonly event: "restored"; readonly files: readonly string[] }
  | { readonly event: "refused"; readonly message: string; readonly servedSince: Date }
  | { readonly event: "polling"; readonly why: string }
  | ({ readonly event: "request" } & Seen);

/** How events are shown. */
export interface EventLook {
  readonly colour: boolean;
  readonly hasKeys: boolean;
  readonly now: () => Date;
}

/** One line of JSON. The key is in it, also with `--stdio`: whoever reads it started the server, and asked for JSON. */
export function toJsonLine(event: DevEvent): string {
  switch (event.event) {
    case "ready": {
      const { server, ...rest } = event;
      return JSON.stringify({ ...rest, server: server.name, tools: server.tools.length });
    }
    case "problems": {
      const { sources: _sources, ...rest } = event;
      return JSON.stringify(rest);
    }
    default:
      return JSON.stringify(event);
  }
}

/** Text for a person; several lines for the start and for problems. */
export function toText(event: DevEvent, look: EventLook): string {
  const at = paint("dim", clock(look.now()), look);
  switch (event.event) {
    case "ready":
      return readyText(event, look);
    case "changed": {
      const { touched, files, of, ms, changed } = event;
      const lists = (["tools", "prompts"] as const)
        .filter((list) => changed[list])
        .map((list) => `${list}/list changed`);
      const outcome = files === 0 ? "nothing to write" : `regenerated ${files} of ${of} files`;
      const facts = [`${outcome} (${Math.round(ms)} ms)`, ...lists].join(" · ");
      return `  ${at} ${paint("green", "~", look)} ${named(touched)} → ${facts}`;
    }
    case "problems": {
      const { diagnostics, sources, obstacles, servedSince } = event;
      const isStopped = obstacles.length > 0 || diagnostics.some(({ severity }) => severity === "error");
      const shown = formatDiagnostics(diagnostics, { format: "pretty", sources, color: look.colour });
      return [
        ...(diagnostics.length > 0 ? [shown, summarize(diagnostics)] : []),
        ...obstacles.map(({ path, problem, mend }) => `${path}: ${problem}. Nothing was written: ${mend}.`),
        ...(isStopped && servedSince !== undefined
          ? [`  ${at} ${paint("yellow", "▲", look)} ${still(servedSince)}`]
          : []),
      ].join("\n");
    }
    case "restored":
      return `  ${at} ${paint("yellow", "~", look)} ${named(event.files)} → put back: it is generated, so change the spec`;
    case "refused":
      return `  ${at} ${paint("yellow", "▲", look)} ${event.message}\n  ${at} ${paint("yellow", "▲", look)} ${still(event.servedSince)}`;
    case "polling":
      return `  looking for changes twice a second: ${event.why}`;
    case "request": {
      const { status, method, path, message } = event;
      return `  ${at} ${paint("dim", `mock ${status} ${method.toUpperCase()} ${path}${message === undefined ? "" : `: ${message}`}`, look)}`;
    }
  }
}

function readyText(event: DevEvent & { event: "ready" }, look: EventLook): string {
  const { server, mcp, console, access, operator, upstream, isMock, specs, isStdio } = event;
  const reads = server.tools.filter(({ access: kind }) => kind === "read").length;
  const count = `${server.tools.length} tools (${reads} read, ${server.tools.length - reads} write)`;
  const line = (title: string, text: string) => `  ${paint("green", "➜", look)} ${title.padEnd(9)}${text}`;
  return [
    ...(isStdio ? [line("stdio", "one caller, with all scopes; messages alone go to stdout")] : []),
    line("MCP", `${mcp}   2026-07-28, 2025-11-25 · ${count}`),
    ...(console === undefined
      ? []
      : [line("Console", `${console}   name ${operator?.name}, password ${operator?.password}`)]),
    line("Upstream", isMock ? `mock at ${upstream}: answers come from your contract and examples` : upstream),
    // Clients keep what a server over stdio tells in files, and its one caller needs no key.
    ...(isStdio ? [] : [line("Key", keyText(access))]),
    `  watching ${specs}${look.hasKeys ? "  ·  press c to connect a client, r to regenerate, q to quit" : ""}`,
  ].join("\n");
}

function keyText({ header, credential, note }: DevPlaces["access"]): string {
  return credential === undefined ? note : `${header}: ${credential}   (${note})`;
}

/** How to connect a client, in words that work when pasted. */
export function connectText(name: string, { mcp, access }: DevPlaces): string {
  const { header, credential } = access;
  const headers = credential === undefined ? undefined : { [header]: credential };
  return `
  Claude Code   claude mcp add --transport http ${name} ${mcp}${credential === undefined ? "" : ` --header "${header}: ${credential}"`}
  Cursor        in ~/.cursor/mcp.json: ${JSON.stringify({ mcpServers: { [name]: { url: mcp, headers } } })}
  VS Code       in .vscode/mcp.json:   ${JSON.stringify({ servers: { [name]: { type: "http", url: mcp, headers } } })}
`;
}

function still(since: Date): string {
  return `still serving the version of ${clock(since).slice(0, 5)}`;
}

function named(touched: readonly string[]): string {
  const [first = "everything"] = touched;
  return touched.length > 1 ? `${first} and ${touched.length - 1} more` : first;
}

/** `16:02:11`, as the clock on the wall has it. */
function clock(at: Date): string {
  return at.toTimeString().slice(0, 8);
}

function paint(style: "dim" | "green" | "yellow", text: string, { colour }: EventLook): string {
  return colour ? styleText(style, text, { validateStream: false }) : text;
}
