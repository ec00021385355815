import { isObject } from "./contract.ts";

/** Alternatives, each a map of security scheme to the scopes that are asked for. */
export type SecurityRequirements = readonly Readonly<Record<string, readonly string[]>>[];

/** Read `security` of an operation or of a document: what is no requirement is left out. */
export function requirementsOf(security: unknown): SecurityRequirements {
  if (!Array.isArray(security)) return [];
  return security
    .filter(isObject)
    .map((alternative) =>
      Object.fromEntries(
        Object.entries(alternative).map(([scheme, scopes]) => [
          scheme,
          Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === "string") : [],
        ]),
      ),
    );
}
