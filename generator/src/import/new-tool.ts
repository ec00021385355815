import type { HttpMethod } from "../ir/tool.ts";
import { checkPath, placeholders } from "../spec/request-line.ts";
import type { CurlBody } from "./curl.ts";
import { dispositionOf } from "./disposition.ts";
import { looksSecret } from "./secrets.ts";
import { singular, wordsOf } from "./words.ts";
import { lookLines, scalar, textBlock } from "./yaml-text.ts";

/** A tool that is made from a request somebody wrote down, and not from a contract. */
export interface NewTool {
  readonly name: string;
  readonly method: HttpMethod;
  readonly path: string;
  readonly inputs: readonly NewInput[];
  readonly headers: readonly (readonly [string, string])[];
  readonly contentType: string | undefined;
  readonly description: string | undefined;
  readonly scope: string;
}

interface NewInput {
  readonly name: string;
  readonly required: boolean;
  /** A JSON Schema and the language's own keys. */
  readonly schema: Readonly<Record<string, unknown>>;
}

export interface Problem {
  readonly message: string;
  readonly mend: string;
}

/** Read `/v1/orders/{id}?status&limit=20`: placeholders and query parameters are inputs, values say of which type. */
export function inputsOfAddress(
  address: string,
  method: HttpMethod,
): { readonly path: string; readonly inputs: readonly NewInput[] } | Problem {
  const [path = "", query = ""] = address.split("?", 2);
  const wrong = checkPath(path);
  if (wrong !== undefined) return wrong;
  const inPath = placeholders(path).map(
    (name): NewInput => ({
      name: toName(name),
      required: true,
      schema: { type: "string", ...(toName(name) === name ? {} : { in: "path", as: name }) },
    }),
  );
  const names = new Set(inPath.map(({ name }) => name));
  const inQuery = [...new URLSearchParams(query)].flatMap(([name, value]): NewInput[] => {
    const own = names.has(toName(name)) ? `query_${toName(name)}` : toName(name);
    if (names.has(own)) return [];
    names.add(own);
    return [
      {
        name: own,
        required: false,
        schema: {
          ...typeOfText(value),
          ...(queryMethods.has(method) ? {} : { in: "query" }),
          ...(own === name ? {} : { as: name }),
        },
      },
    ];
  });
  return { path, inputs: [...inPath, ...inQuery] };
}

/** Methods whose inputs go to the query unless they say otherwise (language, "Inputs"). */
const queryMethods: ReadonlySet<HttpMethod> = new Set(["get", "head", "delete"]);

/** Read an address of a curl command: steps that are numbers or ids become placeholders, called after the step before. */
export function templateOf(path: string): string {
  const steps = path.split("/");
  const used = new Set<string>();
  return steps
    .map((step, index) => {
      if (!/^\d+$|^[0-9a-f]{8}-[0-9a-f-]{27}$|^[0-9a-f]{16,}$|^[a-z]{2,6}_[A-Za-z0-9]{2,}$|^[A-Z0-9]{20,}$/.test(step))
        return step;
      const owner = wordsOf(steps[index - 1] ?? "")
        .map(singular)
        .join("_");
      let name = owner === "" || /^v\d/.test(owner) ? "id" : `${owner}_id`;
      for (let count = 2; used.has(name); count++) name = `${name.replace(/_\d+$/, "")}_${count}`;
      used.add(name);
      return `{${name}}`;
    })
    .join("/");
}

/** Inputs for a body: its fields by the types that their values have, and no value. */
export function inputsOfBody(
  body: CurlBody | undefined,
  taken: ReadonlySet<string>,
): { readonly inputs: readonly NewInput[]; readonly contentType: string | undefined } {
  if (body === undefined) return { inputs: [], contentType: undefined };
  const field = (name: string, schema: Readonly<Record<string, unknown>>): NewInput => {
    const own = taken.has(toName(name)) ? `body_${toName(name)}` : toName(name);
    const secret = schema.type === "string" && looksSecret(name) ? { sensitive: true } : {};
    return {
      name: own,
      required: true,
      schema: {
        ...schema,
        ...(own === name ? (taken.has(name) ? { in: "body" } : {}) : { in: "body", as: name }),
        ...secret,
      },
    };
  };
  switch (body.kind) {
    case "json":
      if (typeof body.value === "object" && body.value !== null && !Array.isArray(body.value))
        return {
          inputs: Object.entries(body.value).map(([name, value]) => field(name, typeOf(value))),
          contentType: undefined,
        };
      return {
        inputs: [{ name: "body", required: true, schema: { in: "requestBody", ...typeOf(body.value) } }],
        contentType: undefined,
      };
    case "form":
      return {
        inputs: body.fields.map(([name]) => field(name, { type: "string" })),
        contentType: "application/x-www-form-urlencoded",
      };
    case "multipart":
      return {
        inputs: body.fields.map(([name, isFile]) =>
          field(name, isFile ? { type: "string", contentEncoding: "base64" } : { type: "string" }),
        ),
        contentType: "multipart/form-data",
      };
    case "text":
      return {
        inputs: [{ name: "body", required: true, schema: { in: "requestBody", type: "string" } }],
        contentType: body.contentType,
      };
  }
}

/** Depth to which types of values in values are written. */
const typeDepthMax = 4;

function typeOf(value: unknown, depth = 0): Readonly<Record<string, unknown>> {
  if (typeof value === "string") return { type: "string" };
  if (typeof value === "boolean") return { type: "boolean" };
  if (typeof value === "number") return { type: Number.isInteger(value) ? "integer" : "number" };
  if (Array.isArray(value))
    return value.length === 0 || depth >= typeDepthMax
      ? { type: "array" }
      : { type: "array", items: typeOf(value[0], depth + 1) };
  if (typeof value !== "object" || value === null) return {};
  if (depth >= typeDepthMax) return { type: "object" };
  return {
    type: "object",
    properties: Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, typeOf(inner, depth + 1)])),
  };
}

function typeOfText(text: string): Readonly<Record<string, unknown>> {
  if (/^-?\d{1,15}$/.test(text)) return { type: "integer" };
  if (/^-?\d+\.\d+$/.test(text)) return { type: "number" };
  return { type: text === "true" || text === "false" ? "boolean" : "string" };
}

function toName(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/.test(name) && name !== "confirm" && name !== "dry_run") return name;
  const words = wordsOf(name).join("_").slice(0, 60) || "value";
  return /^[a-z]/.test(words) && words !== "confirm" && words !== "dry_run" ? words : `value_${words}`;
}

/** The tool's file, without its modeline. */
export function newToolText({ name, method, path, inputs, headers, contentType, description, scope }: NewTool): string {
  const title = `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll("_", " ")}`;
  const isWrite = method !== "get" && method !== "head";
  const { disposition, because } = dispositionOf(name, { method, path });
  const looks = description === undefined ? ["say what it does and returns, and when not to use it"] : [];
  return [
    `title: ${scalar(title)}\n`,
    lookLines(looks),
    textBlock("description", description ?? `${title}.`),
    `scope: ${scalar(scope)}\n`,
    isWrite
      ? `disposition: ${disposition}${because === undefined ? "" : ` # ${because}: an operator decides`}\ndryRun: plan\n`
      : "",
    requestText({ method, path, headers, contentType }),
    inputText(inputs),
  ].join("");
}

function requestText({
  method,
  path,
  headers,
  contentType,
}: Pick<NewTool, "method" | "path" | "headers" | "contentType">): string {
  const verb = method.toUpperCase();
  if (headers.length === 0 && contentType === undefined) return `request: ${scalar(`${verb} ${path}`)}\n`;
  const type = contentType === undefined ? "" : `  contentType: ${scalar(contentType)}\n`;
  const constants =
    headers.length === 0
      ? ""
      : `  headers: { ${headers.map(([name, value]) => `${scalar(name, { inFlow: true })}: ${scalar(value, { inFlow: true })}`).join(", ")} }\n`;
  return `request:\n  method: ${verb}\n  path: ${scalar(path)}\n${type}${constants}`;
}

function inputText(inputs: readonly NewInput[]): string {
  if (inputs.length === 0) return "";
  const lines = inputs.map(({ name, required, schema }) => {
    const { type, ...rest } = schema;
    const key = scalar(required ? name : `${name}?`);
    if (Object.keys(rest).length === 0 && typeof type === "string") return `  ${key}: ${type}\n`;
    return `  ${key}: ${flow(schema)}\n`;
  });
  return `inputs:\n${lines.join("")}`;
}

function flow(value: unknown): string {
  if (typeof value === "string") return scalar(value, { inFlow: true });
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const members = Object.entries(value).map(([key, inner]) => `${scalar(key, { inFlow: true })}: ${flow(inner)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}
