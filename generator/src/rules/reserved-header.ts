import type { Finding, Rule } from "../ir/draft.ts";
import type { ServerSpec } from "../spec/server-shape.ts";

/** Headers that the runtime sets, or that decide how a message is framed (RFC 9110, sections 7.6 and 8; RFC 9112). */
const reserved: ReadonlySet<string> = new Set([
  ...[
    "host",
    "connection",
    "keep-alive",
    "proxy-connection",
    "transfer-encoding",
    "te",
    "trailer",
    "upgrade",
    "expect",
  ],
  ...["content-length", "content-type", "content-encoding", "accept", "accept-encoding"],
  ...[
    "authorization",
    "proxy-authorization",
    "cookie",
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
  ],
]);

/** Neither inputs nor constants set headers that carry credentials or frame the message. */
export const reservedHeader: Rule = ({ server, tools }) => {
  const names = headersSetByServer(server?.spec ?? {}, { withRelay: true });
  return tools.flatMap(({ file, inputs, request }): Finding[] => {
    const refuse = (name: string, path: readonly (string | number)[]): Finding => {
      const message = `the header ${name} is set by the server itself`;
      return { rule: "reserved-header", file, path, part: "key", message, mend: "remove it" };
    };
    return [
      ...inputs
        .filter(({ place, as }) => place === "header" && names.has(as[0].toLowerCase()))
        .map(({ as, path }) => refuse(as[0], path)),
      ...Object.keys(request?.constants.headers ?? {})
        .filter((name) => names.has(name.toLowerCase()))
        .map((name) => refuse(name, ["request", "headers", name])),
    ];
  });
};

/** Lower-case names of the headers that the runtime or server.yaml speaks for. */
export function headersSetByServer(
  { upstream, auth, relay }: Partial<ServerSpec>,
  { withRelay }: { readonly withRelay: boolean },
): ReadonlySet<string> {
  const credentials = upstream?.credentials;
  const service = typeof credentials === "object" ? credentials.service : undefined;
  const forwarded = credentials === "forward" ? (auth ?? []).map(({ apiKey }) => apiKey?.header) : [];
  const own = [service?.header, service?.identity?.header, ...forwarded, withRelay ? relay?.header : undefined];
  return new Set([...reserved, ...own.flatMap((name) => (name === undefined ? [] : [name.toLowerCase()]))]);
}
