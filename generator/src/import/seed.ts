import type { HttpMethod } from "../ir/tool.ts";

/**
 * One tool as import writes it: text by block, so that a later merge can tell, block by block, what a person has changed.
 *
 * The file is the header and the blocks in order. Made from one operation of the contract and nothing else, so that it can be made again.
 */
export interface ToolSeed {
  /** The tool's name, which is its file's. */
  readonly name: string;
  readonly method: HttpMethod;
  readonly path: string;
  /** The modeline, with a new line. */
  readonly header: string;
  readonly blocks: readonly SeedBlock[];
}

/** One key of the tool's file, or one entry of its `inputs`. */
export interface SeedBlock {
  /** `["title"]`, `["inputs"]` (the key alone, where the entries follow), `["inputs", "count"]`. */
  readonly key: readonly [string] | readonly ["inputs", string];
  /** Whole lines, comments that belong to it first, ending with a new line. */
  readonly text: string;
}
