import type { HttpMethod } from "../ir/tool.ts";
import { didYouMean } from "./near.ts";
import { shown } from "./problem.ts";

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/** Characters of a path template: more is no path of a real API. */
const pathMax = 512;

export interface RequestLine {
  readonly method: HttpMethod;
  readonly path: string;
}

/** What is wrong with a request line or a path, and how to mend it. */
export interface RequestLineProblem {
  readonly message: string;
  readonly mend: string;
}

/** Read `POST /v1/vouchers/{code}`. */
export function parseRequestLine(text: string): RequestLine | RequestLineProblem {
  const [, method, path] = /^(\S+)\s+(\S.*)$/.exec(text) ?? [];
  if (method === undefined || path === undefined) {
    return { message: `${shown(text)} is no request`, mend: "write a method and a path: GET /v1/vouchers/{code}" };
  }
  if (!methods.includes(method)) {
    const mend = didYouMean(method, methods) ?? `write ${methods.join(", ")}`;
    return { message: `${shown(method)} is no method`, mend };
  }
  return checkPath(path) ?? { method: method.toLowerCase() as HttpMethod, path };
}

/** What is wrong with a path template, if anything. */
export function checkPath(path: string): RequestLineProblem | undefined {
  const refuse = (message: string, mend: string) => ({ message: `${shown(path)} ${message}`, mend });
  if (path.length > pathMax) return refuse("is too long", `use at most ${pathMax} characters`);
  if (/^https?:/i.test(path))
    return refuse("is an address", "write the path only; the origin is upstream.url of server.yaml");
  if (!path.startsWith("/")) return refuse("is no path", "begin it with /");
  if (/[?#]/.test(path))
    return refuse("has a query or fragment", "declare inputs, or constants under query: of the long form");
  const literal = path.replaceAll(placeholder, "");
  if (/[{}]/.test(literal)) return refuse("has a broken placeholder", "write {name}: letters, digits, _, . and -");
  if (!/^[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*$/.test(literal))
    return refuse("has characters that no path has", "percent-encode them");
  if (
    path
      .slice(1)
      .split("/")
      .some((segment, index, all) => isEmptyOrDots(segment, index === all.length - 1))
  ) {
    return refuse("has an empty or a dot segment", "write it without //, . and ..");
  }
  return undefined;
}

/** Names of the placeholders of a path template, in order, each once. */
export function placeholders(path: string): readonly string[] {
  return [...new Set([...path.matchAll(placeholder)].map(([, name]) => name ?? ""))];
}

const placeholder = /\{([A-Za-z0-9_][A-Za-z0-9_.-]*)\}/g;

function isEmptyOrDots(segment: string, isLast: boolean): boolean {
  if (segment === "") return !isLast;
  return /^(\.|%2e){1,2}$/i.test(segment);
}
