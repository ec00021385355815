import type { OpenApiDocument } from "../ir/tool.ts";
import { loadTransform } from "./load-transform.ts";
import { requestsOnly } from "./requests-only.ts";

/** openapi-typescript cannot read a document. The message is its own, in one line; `at` leads to the part that it stumbled over. */
export class UnreadableContract extends Error {
  readonly at: readonly string[];

  constructor(cause: unknown, at: readonly string[]) {
    const message = cause instanceof Error ? cause.message : String(cause);
    super(message.trim().replaceAll(/\s+/g, " ").slice(0, messageMax), { cause });
    this.name = "UnreadableContract";
    this.at = at;
  }
}

/** Characters of that library's message: it may quote the document. */
const messageMax = 200;

/**
 * TypeScript types of a contract's requests: what openapi-typescript makes of them, as text. The same document gives the same bytes.
 *
 * That library's front door reads and checks documents, too, and fetches what they name. Ours are read and checked, so only its
 * writer is loaded; and it is given only what names nothing outside: see `requestsOnly`.
 *
 * @throws UnreadableContract if openapi-typescript cannot read the document.
 */
export async function upstreamTypes(document: OpenApiDocument): Promise<string> {
  try {
    return await typesOf(document);
  } catch (error) {
    throw new UnreadableContract(error, await culprit(document));
  }
}

async function typesOf(document: OpenApiDocument): Promise<string> {
  const transform = await loadTransform();
  return transform(requestsOnly(document));
}

/** The path without whose kind the document can be read, by halving; the library names no place. */
async function culprit(document: OpenApiDocument): Promise<readonly string[]> {
  const fails = (paths: readonly (readonly [string, unknown])[]) =>
    typesOf({ ...document, paths: Object.fromEntries(paths) }).then(
      () => false,
      () => true,
    );
  if (await fails([])) return ["components"];
  let suspects = Object.entries(document.paths as object);
  while (suspects.length > 1) {
    const half = suspects.slice(0, suspects.length >> 1);
    suspects = (await fails(half)) ? half : suspects.slice(half.length);
  }
  return ["paths", ...suspects.map(([path]) => path)];
}
