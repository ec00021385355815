import type { OpenApiDocument } from "../ir/tool.ts";

/**
 * TypeScript types of a contract: what openapi-typescript makes of it, as text. The same document gives the same bytes.
 *
 * The document's references are local (`loadContract` refuses others), so nothing is fetched.
 *
 * @throws Error if openapi-typescript cannot read the document; its message says why.
 */
export async function upstreamTypes(document: OpenApiDocument): Promise<string> {
  // Costs 0.9 s to import, so only those pay who need it.
  const { default: openapiTS, astToString } = await import("openapi-typescript");
  // It writes into what it is given.
  const copy = structuredClone(document) as unknown as Parameters<typeof openapiTS>[0];
  const nodes = await openapiTS(copy, { silent: true, alphabetize: false, defaultNonNullable: false });
  return astToString(nodes);
}
