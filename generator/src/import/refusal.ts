import type { ListedOperation } from "../openapi/listed.ts";
import { chooseBody } from "./body.ts";
import type { SeedContext } from "./seed.ts";

/** Why no tool can be made of an operation, if none can. */
export function refusal(listed: ListedOperation, { contract, setByServer }: SeedContext): string | undefined {
  const { operation, reason } = listed;
  if (operation === undefined) return reason ?? "it cannot be read";
  if (/\$\{/.test(listed.path)) return "its path holds ${…}, which would stay as it is";
  const header = operation.parameters.find(
    ({ place, required, name }) =>
      place === "header" && required && reservedHeaders.has(name.toLowerCase()) && setByServer.has(name.toLowerCase()),
  );
  if (header !== undefined) return `it requires the header ${header.name}, which the server itself decides about`;
  if (operation.bodyRequired && operation.bodies.size > 0 && chooseBody(contract, operation) === undefined)
    return "its body has no media type";
  return undefined;
}

/** Headers that decide how a message is framed: nothing can fill them in for the API. */
const reservedHeaders: ReadonlySet<string> = new Set(
  "cookie forwarded x-forwarded-for x-forwarded-host x-forwarded-proto proxy-authorization content-encoding expect te trailer upgrade".split(
    " ",
  ),
);
