import type { ContentUseIr, FormField, InputIr, RequestIr, ToolIr } from "../ir/tool.ts";
import { literal, propertyName } from "../literal.ts";
import { block, braces, type Doc, group, hardline, indent, line } from "../print.ts";
import type { FileScope } from "./file-scope.ts";

/** The arrow function that maps a tool's input to its one upstream request, or to what is answered without one. */
export function handlerSource(tool: ToolIr, scope: FileScope): Doc {
  const { request, content, approvalOf } = tool;
  if (approvalOf !== undefined) return approvalHandler(approvalOf, scope);
  if (content !== undefined) return contentHandler(content, scope);
  if (request === undefined) throw new Error(`${tool.name} has neither a request nor content`);
  const body = bodyOf(tool, request);
  if (body?.kind === "object" && leavesOut(body)) scope.uses("whenAny");
  scope.uses(request.typed ? "type UpstreamRequest" : "type AnyUpstreamRequest");
  const parameter = tool.inputs.length > 0 ? "(input) =>" : "() =>";
  return [
    parameter,
    indent(hardline, "(", block(members(tool.inputs, request, body)), ") satisfies ", requestType(request)),
  ];
}

/** `(input) => ({ get: recipes, key: input.platformKey }) satisfies ContentRequest`. */
function contentHandler(content: ContentUseIr, scope: FileScope): Doc {
  scope.uses("type ContentRequest");
  const isList = "list" in content;
  const collection = scope.contentName(isList ? content.list : content.get);
  const object = isList
    ? braces([`list: ${collection}`, ["fields: ", literal(content.fields)]])
    : braces([`get: ${collection}`, ["key: ", access(content.by)]]);
  return group(isList ? "() =>" : "(input) =>", indent(line, "(", object, ") satisfies ContentRequest"));
}

/** `(input) => ({ approval: input.approval_id }) satisfies ApprovalLookup`. */
function approvalHandler(input: string, scope: FileScope): Doc {
  scope.uses("type ApprovalLookup");
  const object = braces([["approval: ", access(input)]]);
  return group("(input) =>", indent(line, "(", object, ") satisfies ApprovalLookup"));
}

/** The type that the request is checked against: the contract's operation, or only the shape of any request. */
function requestType(request: RequestIr): Doc {
  if (!request.typed) return "AnyUpstreamRequest";
  return ["UpstreamRequest<paths, ", literal(request.path), ", ", literal(request.method), ">"];
}

function members(inputs: readonly InputIr[], request: RequestIr, body: BodyField | undefined): Doc[] {
  const slots: Array<[name: string, value: Doc | undefined]> = [
    ["method", literal(request.method)],
    ["path", literal(request.path)],
    ["params", slot(inputs, "path", {})],
    ["paramStyle", styles(inputs, "path")],
    ["query", slot(inputs, "query", request.constants.query)],
    ["queryStyle", styles(inputs, "query")],
    ["headers", slot(inputs, "header", request.constants.headers)],
    ["headerStyle", styles(inputs, "header")],
    ["cookies", slot(inputs, "cookie", {})],
    ["cookieStyle", styles(inputs, "cookie")],
    ["body", body && (body.kind === "value" ? body.source : braces(fieldMembers(body)))],
    ["contentType", request.contentType === "application/json" ? undefined : literal(request.contentType)],
    ["form", formFields(inputs)],
  ];
  return slots.flatMap(([name, value]) => (value === undefined ? [] : [[name, ": ", value]]));
}

/** `{ limit: input.limit }`: what goes to one place, constants first, under the upstream's names. */
function slot(
  inputs: readonly InputIr[],
  place: InputIr["place"],
  constants: Readonly<Record<string, unknown>>,
): Doc | undefined {
  const fixed = Object.entries(constants).map(([name, value]): Doc => [propertyName(name), ": ", literal(value)]);
  const given = inputs
    .filter((input) => input.place === place)
    .map((input): Doc => [propertyName(input.as.join(".")), ": ", access(input.name)]);
  return fixed.length + given.length === 0 ? undefined : braces([...fixed, ...given]);
}

/** Only styles that differ from OpenAPI's default, so that most tools have none. */
function styles(inputs: readonly InputIr[], place: InputIr["place"]): Doc | undefined {
  const styled = inputs.flatMap((input): Doc[] =>
    input.place === place && input.style !== undefined
      ? [[propertyName(input.as.join(".")), ": ", literal(input.style)]]
      : [],
  );
  return styled.length === 0 ? undefined : braces(styled);
}

/** How the fields of a form are written; inputs of one field agree, as all say what the contract does. */
function formFields(inputs: readonly InputIr[]): Doc | undefined {
  const fields = new Map(inputs.flatMap(({ form }): [string, FormField][] => Object.entries(form ?? {})));
  if (fields.size === 0) return undefined;
  return braces([...fields].map(([name, field]): Doc => [propertyName(name), ": ", literal(field)]));
}

/** A body as a tree: `as: commission.value` is a leaf below `commission`. */
type BodyField =
  | { readonly kind: "value"; readonly source: Doc; readonly required: boolean }
  | { readonly kind: "object"; readonly fields: Map<string, BodyField> };

function bodyOf(tool: ToolIr, request: RequestIr): BodyField | undefined {
  const whole = tool.inputs.find((input) => input.place === "requestBody");
  if (whole !== undefined) return { kind: "value", source: access(whole.name), required: whole.required };
  const inputs = tool.inputs.filter((input) => input.place === "body");
  const constants = request.constants.body;
  if (inputs.length === 0 && Object.keys(constants).length === 0) return undefined;
  const root = { kind: "object" as const, fields: new Map<string, BodyField>() };
  addConstants(root.fields, constants);
  for (const input of inputs) {
    const last = input.as[input.as.length - 1] as string;
    const parent = input.as.slice(0, -1).reduce(descend, root.fields);
    const isGiven = input.required || hasDefault(input);
    parent.set(last, { kind: "value", source: access(input.name), required: isGiven });
  }
  return root;
}

function addConstants(fields: Map<string, BodyField>, constants: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(constants)) {
    if (isPlainObject(value)) addConstants(descend(fields, name), value);
    else fields.set(name, { kind: "value", source: literal(value), required: true });
  }
}

function descend(fields: Map<string, BodyField>, name: string): Map<string, BodyField> {
  const found = fields.get(name);
  if (found?.kind === "object") return found.fields;
  const made = { kind: "object" as const, fields: new Map<string, BodyField>() };
  fields.set(name, made);
  return made.fields;
}

function fieldMembers(field: BodyField): Doc[] {
  if (field.kind === "value") return [field.source];
  return [...field.fields].map(([name, member]): Doc => [propertyName(name), ": ", fieldSource(member)]);
}

function fieldSource(field: BodyField): Doc {
  if (field.kind === "value") return field.source;
  const object = braces(fieldMembers(field));
  return mayBeEmpty(field) ? group("whenAny(", object, ")") : object;
}

/** A nested object none of whose members has to be given. An empty constant object is meant as it stands. */
function mayBeEmpty(field: BodyField): boolean {
  if (field.kind === "value") return !field.required;
  return field.fields.size > 0 && [...field.fields.values()].every(mayBeEmpty);
}

/** Whether `whenAny` stands anywhere below the root; the root itself is always sent, be it `{}`. */
function leavesOut(root: BodyField): boolean {
  if (root.kind === "value") return false;
  return [...root.fields.values()].some((field) => field.kind === "object" && (mayBeEmpty(field) || leavesOut(field)));
}

/** Whether the parsed input always has a value: the schema fills it in. */
function hasDefault(input: InputIr): boolean {
  return typeof input.schema === "object" && Object.hasOwn(input.schema, "default");
}

function access(name: string): Doc {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `input.${name}` : ["input[", literal(name), "]"];
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
