import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "./body.ts";
import { type Reply, refuse } from "./rpc.ts";

/** Bytes of a posted form: an operator's edited arguments may be as large as a message's, and each byte of them takes up to three. */
const formMaxBytes = 3 * 1024 * 1024;

/** Pages for people, which guard themselves: cookies and forms are no business of MCP's door. */
export interface Site {
  /** Everything at and below it belongs to the site: `/console`. */
  readonly path: string;
  /** `from.address`: of whoever is connected, which may be a proxy. Never rejects. */
  answer(request: Request, from: { readonly address: string }): Promise<Response>;
}

/** Lead requests to a site, their `Host` checked and their body read. */
export function createSiteDoor({ path, answer }: Site) {
  return {
    owns: (asked: string): boolean => asked === path || asked.startsWith(`${path}/`),
    async answer(request: IncomingMessage, response: ServerResponse): Promise<Reply | undefined> {
      const body = await readBody(request, response, formMaxBytes);
      if (body.kind === "gone") return undefined;
      if (body.kind === "too_large")
        return refuse(413, "limit_exceeded", `a form must be at most ${formMaxBytes} bytes`);
      if (body.kind === "not_utf8") return refuse(400, "bad_request", "the form is not valid UTF-8");
      const { method = "GET", headers } = request;
      if (method === "TRACE" || method === "CONNECT") return refuse(405, "method_not_allowed", "use GET or POST");
      // The path alone would be taken for a host where it begins with two slashes.
      const asked = new Request(new URL(`http://${headers.host}${request.url}`), {
        method,
        headers: toPairs(headers),
        ...(method !== "GET" && method !== "HEAD" && { body: body.text }),
      });
      return await toReply(await answer(asked, { address: request.socket.remoteAddress ?? "unknown" }));
    },
  };
}

function toPairs(headers: IncomingMessage["headers"]): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value] as [string, string]],
  );
}

async function toReply(response: Response): Promise<Reply> {
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}
