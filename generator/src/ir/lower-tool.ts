import type { Contract } from "../openapi/contract.ts";
import { parseDuration } from "../spec/duration.ts";
import type { Problem } from "../spec/problem.ts";
import type { SpecFile } from "../spec/spec-file.ts";
import type { ToolSpec } from "../spec/tool-shape.ts";
import type { InputDraft, ToolDraft } from "./draft.ts";
import { lowerInputs } from "./inputs.ts";
import { lowerRequest } from "./request.ts";
import type { SharedSchemas } from "./shared-schemas.ts";
import type { Sound } from "./sound.ts";
import type { AnnotationsIr, HttpMethod, InputIr, RequestIr, ToolIr } from "./tool.ts";

interface ToolWorld {
  readonly contract: Contract | undefined;
  readonly shared: SharedSchemas;
}

/** Understand a tool file as far as it goes. What cannot be understood at all is in `problems`; rules judge the rest. */
export function draftTool(file: SpecFile, sound: Sound<ToolSpec>, world: ToolWorld): DraftedTool {
  const { spec, broken, brokenInputs } = sound;
  const { request, operation, problems } = lowerRequest(spec.request, world.contract);
  const inputs =
    request === undefined ? [] : lowerInputs(spec.inputs, { ...world, file, request, operation, broken: brokenInputs });
  const output = spec.output === undefined ? undefined : world.shared.convert(spec.output, { file, path: ["output"] });
  const draft: ToolDraft = {
    file,
    name: toolNameOf(file.path),
    spec,
    broken,
    access: spec.access ?? (readMethods.has(request?.method ?? "post") ? "read" : "write"),
    request,
    operation,
    inputs,
    output,
  };
  return { draft, problems };
}

export interface DraftedTool {
  readonly draft: ToolDraft;
  readonly problems: readonly Problem[];
}

/** A draft in which no rule found an error, as a tool. */
export function toToolIr(draft: ToolDraft): ToolIr {
  const { file, name, spec, access, request, inputs, output } = draft;
  if (request === undefined || spec.description === undefined)
    throw new Error(`${file.path} has errors and cannot be lowered`);
  const idempotent = spec.idempotent ?? (access === "read" || request.method === "put" || request.method === "delete");
  return {
    name,
    title: spec.title ?? titleFrom(name),
    description: spec.description.trim(),
    access,
    scope: spec.scope,
    disposition: spec.disposition ?? "auto",
    dryRun: spec.dryRun ?? "none",
    idempotent,
    request,
    inputs: inputs.map(toInputIr),
    output,
    contract: spec.contract ?? "observe",
    annotations: annotationsOf(draft, request, idempotent),
    timeoutMs: spec.timeout === undefined ? undefined : parseDuration(spec.timeout),
    plan: spec.plan,
    tags: spec.tags ?? [],
    deprecated: spec.deprecated as ToolIr["deprecated"],
    examples: (spec.examples ?? []).map(({ title, inputs: given, expect }) => ({
      title,
      inputs: given ?? {},
      expect: expect ?? "ok",
    })),
    source: file.path,
  };
}

const readMethods: ReadonlySet<HttpMethod> = new Set(["get", "head"]);
/** POST may only add; these three replace or remove what is there. */
const destructiveMethods: ReadonlySet<HttpMethod> = new Set(["put", "patch", "delete"]);

/** The file name without its ending. */
export function toolNameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.ya?ml$/i, "");
}

/** `create_voucher`: `Create voucher`. */
function titleFrom(name: string): string {
  const words = name.replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** An input is required unless it is marked, or has a default: then every call sends it anyway. */
function toInputIr({ name, optional, schema, place, as, queryStyle, sensitive }: InputDraft): InputIr {
  const preset = typeof schema === "object" && schema.default !== undefined;
  const input: InputIr = { name, required: !optional && !preset, schema, place, as, sensitive };
  return queryStyle === undefined ? input : { ...input, queryStyle };
}

/** MCP's hints as access and method imply them (MCP 2026-07-28, "ToolAnnotations"); one upstream is no open world. */
function annotationsOf({ access, spec }: ToolDraft, request: RequestIr, idempotent: boolean): AnnotationsIr {
  const written = Object.fromEntries(Object.entries(spec.annotations ?? {}).filter(([, hint]) => hint !== undefined));
  return {
    readOnlyHint: access === "read",
    destructiveHint: access === "write" && destructiveMethods.has(request.method),
    idempotentHint: idempotent,
    openWorldHint: false,
    ...written,
  };
}
