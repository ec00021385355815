import type { JsonSchema } from "../ir/tool.ts";
import { entries, isObject } from "../openapi/contract.ts";
import type { Parameter } from "../openapi/operation.ts";
import { followed } from "../openapi/resolve.ts";
import { holds } from "../schema/holds.ts";
import { declaredTypes } from "../schema/keywords.ts";
import { misfits } from "../schema/misfits.ts";
import type { MockContract } from "./mock-contract.ts";
import { isJson } from "./replies.ts";
import type { Route } from "./routes.ts";

/** A request as it came, its path taken apart by the route's template. */
export interface MockRequest {
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** Why a request is refused. */
export interface Refusal {
  readonly status: 400 | 401 | 415;
  readonly code: string;
  readonly message: string;
}

/** What the contract says against a request; nothing where all is well, or where no contract speaks. */
export function refusalOf(route: Route, request: MockRequest): Refusal | undefined {
  const { contract, operation } = route;
  if (contract === undefined || operation === undefined) return undefined;
  if (!isKnown(route, request))
    return {
      status: 401,
      code: "unauthenticated",
      message: `the contract asks for ${waysOf(route).join(", or ")}, and there is none`,
    };
  for (const parameter of operation.parameters) {
    const problem = problemWith(parameter, request, contract);
    if (problem !== undefined)
      return { status: 400, code: "invalid_parameter", message: `${parameter.name} (${parameter.place}) ${problem}` };
  }
  return bodyRefusal(route, request);
}

function problemWith(parameter: Parameter, request: MockRequest, contract: MockContract): string | undefined {
  const schema = contract.shared.convert(parameter.schema.value, { file: contract.file, path: parameter.schema.at });
  const definitions = contract.shared.definitions();
  const target = contract.shared.resolve(schema);
  const types = typeof target === "object" ? (declaredTypes(target) ?? []) : [];
  // Lists and maps are written in as many ways as OpenAPI has styles: that they are there is all that is looked at.
  const isPlain = types.length > 0 && !types.includes("array") && !types.includes("object");
  const values = valuesOf(parameter, request);
  if (values.length === 0) return parameter.required && isPlain ? "is required, and is missing" : undefined;
  if (!isPlain) return undefined;
  const [text = ""] = values;
  const read = [
    text,
    ...(text === "true" || text === "false" ? [text === "true"] : []),
    ...(text.trim() !== "" && Number.isFinite(Number(text)) ? [Number(text)] : []),
  ];
  if (read.some((value) => holds(schema, value, { definitions, side: "output" }))) return undefined;
  return `is ${JSON.stringify(text.slice(0, 80))}, which its schema does not take`;
}

function valuesOf({ name, place }: Parameter, { path, query, headers }: MockRequest): readonly string[] {
  switch (place) {
    case "path":
      return Object.hasOwn(path, name) ? [path[name] as string] : [];
    case "query":
      return query.getAll(name);
    case "header":
      return headers[name.toLowerCase()] === undefined ? [] : [headers[name.toLowerCase()] as string];
    case "cookie":
      return cookiesOf(headers.cookie)
        .filter(([key]) => key === name)
        .map(([, value]) => value);
  }
}

function cookiesOf(header = ""): readonly (readonly [string, string])[] {
  return header.split(";").map((pair) => {
    const [name = "", ...value] = pair.trim().split("=");
    return [name, value.join("=")] as const;
  });
}

function bodyRefusal({ contract, operation }: Route, { headers, body }: MockRequest): Refusal | undefined {
  if (contract === undefined || operation === undefined || operation.bodies.size === 0) return undefined;
  if (body === "")
    return operation.bodyRequired
      ? { status: 400, code: "missing_body", message: "a body is required, and is missing" }
      : undefined;
  const type = (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const known = [...operation.bodies.keys()];
  const media =
    operation.bodies.get(type) ??
    operation.bodies.get("*/*") ??
    known
      .map((name) =>
        name.endsWith("/*") && type.startsWith(name.slice(0, -1)) ? operation.bodies.get(name) : undefined,
      )
      .find(Boolean);
  if (media === undefined)
    return {
      status: 415,
      code: "unsupported_media_type",
      message: `the body is ${type || "of no type"}, and the contract takes ${known.join(", ")}`,
    };
  if (!isJson(type)) return undefined;
  const origin = { file: contract.file, path: media.at };
  return jsonRefusal(body, contract.shared.convert(media.value, origin, "receivedRequest"), contract);
}

function jsonRefusal(body: string, schema: JsonSchema, contract: MockContract): Refusal | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { status: 400, code: "invalid_json", message: "the body is not valid JSON" };
  }
  const [misfit] = misfits(schema, value, contract.shared.definitions());
  if (misfit === undefined) return undefined;
  const place = misfit.path.length === 0 ? "the body" : `body.${misfit.path.join(".")}`;
  return { status: 400, code: "invalid_body", message: `${place}: ${misfit.message}: ${misfit.mend}` };
}

/** Whether any way to say who is calling was taken. Whether the credential is a good one, a mock cannot know. */
function isKnown({ contract, security }: Route, request: MockRequest): boolean {
  if (contract === undefined || security.length === 0) return true;
  return security.some((way) => Object.keys(way).every((scheme) => hasCredential(contract, scheme, request)));
}

function hasCredential(contract: MockContract, name: string, { query, headers }: MockRequest): boolean {
  const scheme = schemesOf(contract).get(name);
  // A scheme that the contract does not describe cannot be asked for.
  if (scheme === undefined) return true;
  if (scheme.type !== "apiKey") return scheme.type === "mutualTLS" || headers.authorization !== undefined;
  const key = String(scheme.name);
  if (scheme.in === "query") return query.has(key);
  if (scheme.in === "cookie") return cookiesOf(headers.cookie).some(([cookie]) => cookie === key);
  return headers[key.toLowerCase()] !== undefined;
}

function waysOf({ contract, security }: Route): readonly string[] {
  return security.map((way) => {
    const names = Object.keys(way).map((name) => {
      const scheme = contract && schemesOf(contract).get(name);
      return scheme?.type === "apiKey" ? `${String(scheme.name)} (${String(scheme.in)})` : "Authorization (header)";
    });
    return names.join(" and ");
  });
}

function schemesOf(contract: MockContract): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const { components } = contract.document;
  const schemes = isObject(components)
    ? { value: components.securitySchemes, at: ["components", "securitySchemes"] }
    : undefined;
  return new Map(
    entries(schemes).flatMap(([name, part]) => {
      const scheme = followed(contract, part);
      return scheme !== undefined && isObject(scheme.value) ? [[name, scheme.value] as const] : [];
    }),
  );
}
