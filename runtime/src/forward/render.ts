import type { AnyUpstreamRequest, DryRunParameter, ParameterStyle } from "../codegen.ts";
import type { Random } from "../ports.ts";
import { encodeBody } from "./body.ts";
import { checkHeaderName, encodeCookies, encodeHeaderValue } from "./header.ts";
import { bodyKindOf } from "./media-type.ts";
import { refusal } from "./primitive.ts";
import { encodeQuery } from "./query.ts";
import { fillTemplate, type PathTemplate, parseTemplate } from "./segment.ts";

/** One request as it goes on the wire, but for credentials and the gateway's own headers. */
export interface RenderedRequest {
  /** Upper case. */
  readonly method: string;
  /** The raw request target, base path and query included. Never parsed again. */
  readonly target: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body?: Uint8Array;
}

/** Bytes of a request target. RFC 9112, section 3 asks servers for 8,000 at least; most stop at 8 KiB. */
const targetMaxBytes = 8192;

/** What all requests of one server have in common. */
export interface RendererOptions {
  /** Without a slash at its end: `` or `/api`. */
  readonly basePath: string;
  /** Lower-case names of the headers that carry credentials; no tool may set them. */
  readonly credentialNames: ReadonlySet<string>;
  /** Name of the query parameter that carries a credential; no tool may set it. */
  readonly credentialQuery?: string | undefined;
  readonly dryRunParameter: DryRunParameter | undefined;
  readonly random: Random;
}

/**
 * Make the function that turns a handler's request into the one that is sent. Templates are taken apart once and kept.
 *
 * With `dryRun` the upstream's dry-run flag is set where `dryRunParameter` says: "true", or `true` in a JSON body.
 *
 * @throws GatewayError `invalid_argument` naming the input that does not fit its slot.
 * @throws Error when the tool's definition is broken: then nothing may be sent.
 */
export function createRenderer(
  options: RendererOptions,
): (request: AnyUpstreamRequest, dryRun: boolean) => RenderedRequest {
  const templates = new Map<string, PathTemplate>();
  const templateOf = (path: string): PathTemplate => {
    const known = templates.get(path);
    if (known !== undefined) return known;
    const template = parseTemplate(path);
    if (templates.size < templatesMax) templates.set(path, template);
    return template;
  };
  const reserved = reservedNames(options);
  return (request, dryRun) => {
    const flagged = dryRun ? flagDryRun(request, options.dryRunParameter) : request;
    const path = options.basePath + fillTemplate(templateOf(flagged.path), flagged.params ?? {}, flagged.paramStyle);
    const query = renderQuery(flagged, reserved, options.credentialQuery);
    const target = query === "" ? path : `${path}?${query}`;
    if (target.length > targetMaxBytes) {
      throw refusal(
        "the arguments",
        `must be shorter: the request's address would have ${target.length} bytes of at most ${targetMaxBytes}`,
      );
    }
    const headers = renderHeaders(flagged, options.credentialNames);
    const method = flagged.method.toUpperCase();
    if (flagged.body === undefined) return { method, target, headers };
    const body = encodeBody(flagged, options.random);
    headers.push("content-type", body.contentType);
    return { method, target, headers, body: body.bytes };
  };
}

/** Templates kept. They come from specs, so this only bounds a hand-written handler that makes paths up as it goes. */
const templatesMax = 20_000;

/**
 * Set the upstream's dry-run flag.
 *
 * @throws Error when there is nowhere to put it, or the request has that name already: what is sent would be a real write.
 */
function flagDryRun(request: AnyUpstreamRequest, parameter: DryRunParameter | undefined): AnyUpstreamRequest {
  if (parameter === undefined) throw new Error(`${request.path} cannot run dry: the server has no dryRunParameter.`);
  if ("query" in parameter) return { ...request, query: withFlag(request.query, parameter.query, "true") };
  if ("header" in parameter) return { ...request, headers: withFlag(request.headers, parameter.header, "true") };
  const isJson = bodyKindOf(request.contentType ?? "application/json") === "json";
  return { ...request, body: withFlag(request.body ?? {}, parameter.body, isJson ? true : "true") };
}

function withFlag(values: unknown, name: string, flag: string | boolean): Readonly<Record<string, unknown>> {
  if (values === undefined) return { [name]: flag };
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    throw new Error(`The dry-run flag ${name} has no place in a body that is no object.`);
  }
  const isTaken = Object.entries(values).some(
    ([key, value]) => key.toLowerCase() === name.toLowerCase() && value !== undefined,
  );
  if (isTaken) throw new Error(`The dry-run flag ${name} is one of the tool's own parameters.`);
  return { ...values, [name]: flag };
}

/** Lower-case names of query parameters that are the gateway's own: no map that a caller gives may have them. */
function reservedNames({ dryRunParameter, credentialQuery }: RendererOptions): ReadonlySet<string> {
  const dryRun = dryRunParameter !== undefined && "query" in dryRunParameter ? [dryRunParameter.query] : [];
  const names = [...dryRun, ...(credentialQuery === undefined ? [] : [credentialQuery])];
  return new Set(names.map((name) => name.toLowerCase()));
}

function renderQuery(
  { query, queryStyle }: AnyUpstreamRequest,
  reserved: ReadonlySet<string>,
  credential: string | undefined,
): string {
  if (query === undefined) return "";
  const isCredential = (name: string) => name.toLowerCase() === credential?.toLowerCase();
  if (Object.keys(query).some(isCredential)) throw new Error(`A tool must not set the query parameter ${credential}.`);
  return encodeQuery(query, queryStyle, reserved);
}

function renderHeaders(request: AnyUpstreamRequest, credentialNames: ReadonlySet<string>): string[] {
  const rendered: string[] = [];
  if (request.headers !== undefined) {
    for (const [name, value] of Object.entries(request.headers)) {
      checkHeaderName(name, credentialNames);
      if (value !== undefined && value !== null)
        rendered.push(name, encodeHeaderValue(name, value, styleOf(request, name)));
    }
  }
  const cookies = request.cookies === undefined ? undefined : encodeCookies(request.cookies, request.cookieStyle);
  if (cookies !== undefined) rendered.push("cookie", cookies);
  return rendered;
}

function styleOf({ headerStyle = {} }: AnyUpstreamRequest, name: string): ParameterStyle {
  return Object.hasOwn(headerStyle, name) ? (headerStyle[name] as ParameterStyle) : {};
}
