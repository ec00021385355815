import { createHash } from "node:crypto";
import type { OpenApiDocument } from "../ir/tool.ts";
import { header } from "./header.ts";

/** Counts up when the text of `upstream.ts` may differ for the same contract: another openapi-typescript, another header, other parts of the contract. */
const upstreamRevision = 2;

/** What stands in `upstream.ts` below its header, from a contract. */
export type UpstreamTypes = (contract: OpenApiDocument) => Promise<string>;

/**
 * `upstream.ts`: the types of the contract's requests, as openapi-typescript writes them.
 *
 * That library takes 0.9 s to import, so a file that says it was made from this very contract, and whose text is as it
 * was written, is taken as it is. The digests guard against mistakes, not against malice: the file holds types only,
 * which are imported with `import type` and never run.
 */
export async function upstreamFile(
  source: string,
  contract: OpenApiDocument,
  options: { readonly existing?: string | undefined; readonly upstreamTypes: UpstreamTypes },
): Promise<string> {
  const from = digestOf(contract);
  const head = (types: string) => `${header(source, "contract")}// contract ${from}, types ${types}\n\n`;
  if (options.existing !== undefined) {
    const body = options.existing.slice(head(digest("")).length);
    if (options.existing === head(digest(body)) + body) return options.existing;
  }
  const body = `${(await options.upstreamTypes(contract)).replaceAll("\r\n", "\n").trim()}\n`;
  return head(digest(body)) + body;
}

const digests = new WeakMap<OpenApiDocument, string>();

function digestOf(contract: OpenApiDocument): string {
  const known = digests.get(contract) ?? digest(JSON.stringify([upstreamRevision, contract]));
  digests.set(contract, known);
  return known;
}

function digest(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
