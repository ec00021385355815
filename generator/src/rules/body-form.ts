import type { Finding, Rule, ToolDraft } from "../ir/draft.ts";
import type { ServerDraft } from "../ir/server-draft.ts";
import type { JsonSchema, RequestIr } from "../ir/tool.ts";
import { bodyKindOf, hasFields } from "../spec/media-type.ts";

/** What is to be sent can be made: texts and bytes have no fields, and come from one string. */
export const bodyForm: Rule = ({ server, tools, shared }) =>
  tools.flatMap((tool) => {
    const { request, broken } = tool;
    if (request === undefined || broken.has("inputs")) return [];
    return [
      ...(hasFields(request.contentType) ? [] : withoutFields(tool, request, (schema) => shared.resolve(schema))),
      ...dryRunFlag(tool, request, server),
    ];
  });

function withoutFields(tool: ToolDraft, request: RequestIr, resolve: (schema: JsonSchema) => JsonSchema): Finding[] {
  const { file, inputs } = tool;
  const { contentType, constants } = request;
  const at = { rule: "body-form", file, part: "key" } as const;
  const nowhere = inputs
    .filter(({ place }) => place === "body")
    .map(({ name, path }): Finding => {
      const message = `${contentType} has no fields, so ${name} goes nowhere`;
      return { ...at, path, message, mend: "write in: requestBody, and give the whole body as one string" };
    });
  const constant = Object.keys(constants.body).map((name): Finding => {
    const message = `${contentType} has no fields, so the constant ${name} goes nowhere`;
    return { ...at, path: ["request", "body", name], message, mend: "remove it" };
  });
  const what = bodyKindOf(contentType) === "text" ? "a text" : "base64";
  const otherwise = inputs
    .filter(({ place, schema, broken }) => place === "requestBody" && !broken && !isString(resolve(schema)))
    .map(({ name, path }): Finding => {
      const message = `${name} is sent as ${contentType}, so it must be a string (${what})`;
      return { ...at, path, message, mend: "write type: string" };
    });
  return [...nowhere, ...constant, ...otherwise];
}

function isString(schema: JsonSchema): boolean {
  if (typeof schema === "boolean") return false;
  const { type, enum: values } = schema;
  if (Array.isArray(values)) return values.every((value) => typeof value === "string");
  return type === "string";
}

/** The upstream's flag would have to stand in a body that has no place for it. */
function dryRunFlag(
  { file, spec, inputs }: ToolDraft,
  { contentType }: RequestIr,
  server: ServerDraft | undefined,
): Finding[] {
  const parameter = server?.spec.dryRunParameter;
  if (spec.dryRun !== "forward" || parameter === undefined || !("body" in parameter)) return [];
  if (hasFields(contentType) && !inputs.some(({ place }) => place === "requestBody")) return [];
  const message = "the dry-run flag goes into the body, and this body has no place for it";
  return [{ rule: "body-form", file, path: ["dryRun"], message, mend: "write dryRun: plan or none" }];
}
