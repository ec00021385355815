import { type Contract, entries, isObject, type Located, member, type ObjectValue } from "../openapi/contract.ts";
import type { ListedOperation } from "../openapi/listed.ts";
import { followed } from "../openapi/resolve.ts";
import { visibleText } from "./text.ts";
import { lookLines, scalar } from "./yaml-text.ts";

/** What this server sends the upstream to be let in. */
export type Credentials =
  | { readonly kind: "header" | "query"; readonly name: string; readonly look?: string }
  | { readonly kind: "basic" }
  | { readonly kind: "none"; readonly look?: string };

/** How this server signs in: by the scheme that most of the operations ask for, and of those by the one that is easiest to come by. */
export function chooseCredentials(contract: Contract, operations: readonly ListedOperation[]): Credentials {
  const asked = new Map<string, number>();
  for (const { security } of operations)
    for (const alternative of security)
      for (const scheme of Object.keys(alternative))
        asked.set(scheme, (asked.get(scheme) ?? 0) + 1 / Object.keys(alternative).length);
  const components: Located = { value: contract.document.components, at: ["components"] };
  const schemes = entries(member(components, "securitySchemes")).flatMap(([name, scheme]) => {
    const value = followed(contract, scheme)?.value;
    return isObject(value) ? [{ value, weight: asked.get(name) ?? 0 }] : [];
  });
  // A document whose operations ask for nothing, and that has schemes, has forgotten to say so.
  const used = asked.size === 0 ? schemes : schemes.filter(({ weight }) => weight > 0);
  const best = used
    .map((scheme) => ({ ...scheme, ease: easeOf(scheme.value) }))
    .sort((one, other) => other.weight - one.weight || one.ease - other.ease);
  return best[0] === undefined ? { kind: "none" } : toCredentials(best[0].value);
}

/** Keys are easier to get than logins. */
function easeOf({ type, in: place, scheme }: ObjectValue): number {
  if (type === "apiKey") return place === "header" ? 0 : place === "query" ? 2 : 5;
  if (type === "http") return String(scheme).toLowerCase() === "basic" ? 3 : 1;
  return 4;
}

/** RFC 9110 section 5.1: a token. */
const headerName = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/;

function toCredentials({ type, in: place, name, scheme }: ObjectValue): Credentials {
  if (type === "apiKey" && typeof name === "string") {
    if (place === "header" && headerName.test(name)) return { kind: "header", name };
    if (place === "query" && name !== "") return { kind: "query", name };
    return {
      kind: "none",
      look: `the API wants its key in a ${place === "cookie" ? `cookie, ${visibleText(name).text}` : "place that is not known here"}; say how this server signs in`,
    };
  }
  const kind = typeof scheme === "string" ? scheme.toLowerCase() : "";
  if (type === "http" && kind === "basic") return { kind: "basic" };
  if (type === "http" && kind !== "bearer")
    return { kind: "none", look: "the API asks for a sign-in that is not known here; say how this server signs in" };
  const look =
    type === "http"
      ? undefined
      : "the API asks for OAuth; a token of this service stands here, exchange: (RFC 8693) gives each caller their own";
  return { kind: "header", name: "Authorization", ...(look === undefined ? {} : { look }) };
}

/** The lines of server.yaml; `prefix` begins the names of its variables. */
export function credentialsText(credentials: Credentials, prefix: string): string {
  const look = "look" in credentials && credentials.look !== undefined ? lookLines([credentials.look], "  ") : "";
  switch (credentials.kind) {
    case "header": {
      const bearer = credentials.name.toLowerCase() === "authorization";
      const hint = bearer ? " # the whole value of the header: Bearer …" : "";
      const secret = bearer ? "AUTHORIZATION" : "API_KEY";
      return `${look}  credentials:\n    service: { header: ${scalar(credentials.name, { inFlow: true })}, secret: '\${${prefix}_${secret}}' }${hint}\n`;
    }
    case "query":
      return `${look}  credentials:\n    service: { query: ${scalar(credentials.name, { inFlow: true })}, secret: '\${${prefix}_API_KEY}' }\n`;
    case "basic":
      return `${look}  credentials:\n    service: { basic: { user: '\${${prefix}_USER}', password: '\${${prefix}_PASSWORD}' } }\n`;
    case "none":
      return `${look}  credentials: none\n`;
  }
}
