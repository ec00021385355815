import type { Diagnostic } from "../diagnostics.ts";
import type { ListedOperation } from "../openapi/listed.ts";
import { parseRequestLine } from "../spec/request-line.ts";
import { readYaml } from "../spec/yaml.ts";
import { eolOf, outline } from "./blocks.ts";
import { operationKey } from "./names.ts";
import { insertLines, splice } from "./splice.ts";

/** A tool's file, as far as a merge must know it. */
export interface ToolFile {
  readonly file: string;
  readonly text: string;
  readonly problems: readonly Diagnostic[];
  /** Of the operation that it asks for; nothing for local content. */
  readonly key: string | undefined;
}

/** Read a tool's file; problems where it is no sound YAML. */
export function readTool(name: string, text: string, shownAs: (file: string) => string): ToolFile {
  const { file, diagnostics } = readYaml(shownAs(name), text);
  const { request } = (file?.data ?? {}) as { readonly request?: unknown };
  return { file: name, text, problems: diagnostics, key: requestKey(request) };
}

function requestKey(request: unknown): string | undefined {
  if (typeof request === "string") {
    const line = parseRequestLine(request);
    return "method" in line ? operationKey(line) : undefined;
  }
  const { method, path } = (request ?? {}) as { readonly method?: unknown; readonly path?: unknown };
  return typeof method === "string" && typeof path === "string" ? `${method.toLowerCase()} ${path}` : undefined;
}

/** Names under `scope` of a tool's file. */
export function scopesIn(text: string): readonly string[] {
  const { file } = readYaml("", text);
  const { scope } = (file?.data ?? {}) as { readonly scope?: unknown };
  if (typeof scope === "string") return [scope];
  return Object.values((scope ?? {}) as object)
    .flat()
    .filter((name): name is string => typeof name === "string");
}

/** The comment at the top of a tool whose operation is gone. */
export function lookOf(operation: ListedOperation, version: string | undefined, reason: string | undefined): string {
  const since = version === undefined ? "" : ` since version ${version}`;
  if (reason !== undefined)
    return `# Look: no tool can be made of ${label(operation)}${since}; remove this file, or ask what replaces it`;
  return `# Look: ${label(operation)} is gone from the upstream's document${since}; remove this file, or ask what replaces it`;
}

/** A file with the comment as the first line that is not for editors. */
export function withLook(text: string, look: string): string {
  const at = outline(text)?.start ?? 0;
  return splice(text, [insertLines(text, at, look + eolOf(text), eolOf(text))]);
}

/** A file without the comment, if it is still there. */
export function withoutLook(text: string, look: string): string {
  return text.replace(look + eolOf(text), "");
}

/** `GET /v1/orders`. */
export function label({ method, path }: Pick<ListedOperation, "method" | "path">): string {
  return `${method.toUpperCase()} ${path}`;
}
