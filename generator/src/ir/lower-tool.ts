import type { Contract } from "../openapi/contract.ts";
import { parseDuration } from "../spec/duration.ts";
import type { Problem } from "../spec/problem.ts";
import type { SpecFile } from "../spec/spec-file.ts";
import type { ToolSpec } from "../spec/tool-shape.ts";
import { advisedDescription } from "./advice.ts";
import { toConstraint } from "./constraints.ts";
import { type CollectionDraft, contentOutput, toContentUse } from "./content.ts";
import type { InputDraft, ToolDraft } from "./draft.ts";
import { lowerInputs } from "./inputs.ts";
import { lowerOutput } from "./output.ts";
import { lowerRequest } from "./request.ts";
import type { SharedSchemas } from "./shared-schemas.ts";
import type { Sound } from "./sound.ts";
import type {
  AnnotationsIr,
  DispositionIr,
  HttpMethod,
  InputIr,
  PaginationIr,
  RequestIr,
  ServerIr,
  ToolIr,
} from "./tool.ts";

interface ToolWorld {
  readonly contract: Contract | undefined;
  readonly shared: SharedSchemas;
  readonly collections: ReadonlyMap<string, CollectionDraft>;
  readonly pagination: ServerIr["pagination"];
}

/** Understand a tool file as far as it goes. What cannot be understood at all is in `problems`; rules judge the rest. */
export function draftTool(file: SpecFile, sound: Sound<ToolSpec>, world: ToolWorld): DraftedTool {
  const { spec, broken, brokenInputs } = sound;
  const { request, operation, problems } = lowerRequest(spec.request, world.contract);
  const content = request === undefined ? toContentUse(spec.content) : undefined;
  const style = styleOf(spec.pagination, world.pagination);
  const paging = Object.values(style?.inputs ?? {});
  const inputs =
    request === undefined && content === undefined
      ? []
      : lowerInputs(spec.inputs, { ...world, file, request, operation, broken: brokenInputs, paging });
  const derived = content === undefined ? undefined : contentOutput(content, world.collections, world.shared);
  const replied = lowerOutput(spec.output, { ...world, file, operation });
  const draft: ToolDraft = {
    file,
    name: toolNameOf(file.path),
    spec,
    broken,
    access: content === undefined ? (spec.access ?? accessOf(request)) : "read",
    request,
    operation,
    content,
    inputs,
    constraints: (spec.constraints ?? []).map(toConstraint),
    output: replied.output ?? derived,
  };
  return { draft, problems: [...problems, ...replied.problems] };
}

function accessOf(request: RequestIr | undefined): ToolDraft["access"] {
  return readMethods.has(request?.method ?? "post") ? "read" : "write";
}

/** The style that a tool names, if there is one of that name. */
export function styleOf(name: string | undefined, styles: ServerIr["pagination"]): PaginationIr | undefined {
  return name !== undefined && Object.hasOwn(styles, name) ? styles[name] : undefined;
}

export interface DraftedTool {
  readonly draft: ToolDraft;
  readonly problems: readonly Problem[];
}

/** A draft stands for one tool of one server, whose pagination is part of what it was drafted against. */
const lowered = new WeakMap<ToolDraft, ToolIr>();

/** A draft in which no rule found an error, as a tool: each draft is one, however many runs it lasts. */
export function toToolIr(draft: ToolDraft, styles: ServerIr["pagination"]): ToolIr {
  const tool = lowered.get(draft) ?? lowerTool(draft, styles);
  lowered.set(draft, tool);
  return tool;
}

function lowerTool(draft: ToolDraft, styles: ServerIr["pagination"]): ToolIr {
  const { file, name, spec, access, request, content, constraints, inputs, output } = draft;
  if ((request ?? content) === undefined || spec.description === undefined)
    throw new Error(`${file.path} has errors and cannot be lowered`);
  const method = request?.method ?? "get";
  const idempotent = spec.idempotent ?? (access === "read" || method === "put" || method === "delete");
  const style = styleOf(spec.pagination, styles);
  return {
    name,
    title: spec.title ?? titleFrom(name),
    description: advisedDescription(spec.description.trim(), { plan: spec.plan, constraints, style }),
    access,
    scope: spec.scope as ToolIr["scope"],
    disposition: dispositionOf(spec),
    dryRun: spec.dryRun ?? "none",
    idempotent,
    ...(spec.idempotency !== undefined && { idempotencyHeader: spec.idempotency.header }),
    request: request && { ...request, typed: request.typed && !inputs.some(isJsonText) },
    content,
    pagination: style === undefined ? undefined : spec.pagination,
    constraints,
    inputs: inputs.map(toInputIr),
    output,
    contract: spec.contract ?? "observe",
    annotations: annotationsOf(draft, method, idempotent),
    timeoutMs: spec.timeout === undefined ? undefined : parseDuration(spec.timeout),
    plan: spec.plan,
    tags: spec.tags ?? [],
    deprecated: spec.deprecated as ToolIr["deprecated"],
    examples: (spec.examples ?? []).map(({ title, inputs: given, expect }) => ({
      title,
      inputs: given ?? {},
      expect: expect ?? "ok",
    })),
    notes: spec.notes?.trim(),
    source: file.path,
  };
}

/** What a tool file says of it; without a word, it runs. */
export function dispositionOf({ disposition = "auto" }: ToolDraft["spec"]): DispositionIr {
  return disposition as DispositionIr;
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

/** openapi-typescript takes a parameter with `content` for the text that is sent; a caller gives the value. */
function isJsonText({ style }: InputDraft): boolean {
  return style?.style === "json";
}

/** An input is required unless it is marked, or has a default: then every call sends it anyway. */
function toInputIr({ name, optional, schema, place, as, style, form, sensitive }: InputDraft): InputIr {
  const preset = typeof schema === "object" && schema.default !== undefined;
  const input: InputIr = { name, required: !optional && !preset, schema, place, as, sensitive };
  return { ...input, ...(style !== undefined && { style }), ...(form !== undefined && { form }) };
}

/** MCP's hints as access and method imply them (MCP 2026-07-28, "ToolAnnotations"); one upstream is no open world. */
function annotationsOf({ access, spec }: ToolDraft, method: HttpMethod, idempotent: boolean): AnnotationsIr {
  const written = Object.fromEntries(Object.entries(spec.annotations ?? {}).filter(([, hint]) => hint !== undefined));
  return {
    readOnlyHint: access === "read",
    destructiveHint: access === "write" && destructiveMethods.has(method),
    idempotentHint: idempotent,
    openWorldHint: false,
    ...written,
  };
}
