/** `toolspec.lock` as text: one line a tool, sorted, so that branches merge where they change different tools. */
import { type Block, blocks, type Digests } from "./definitions.ts";

export const lockName = "toolspec.lock";

const header = `# Digests of what clients are told and of what callers may do. \`toolspec check\` fails where the specs say something else;
# \`toolspec lock\` shows what changed and accepts it. Commit this file. In a conflict keep both sides and run \`toolspec lock\`.
lock: 1
`;

export function writeLock(digests: Digests): string {
  const texts = blocks.map((block) => {
    const names = [...digests[block].keys()].sort();
    if (names.length === 0) return `${block}: {}\n`;
    return `${block}:\n${names.map((name) => `  ${name}: ${digests[block].get(name)}\n`).join("")}`;
  });
  return `${header}${texts.join("")}`;
}

/** A lock as it lies there. */
export interface Lock {
  readonly digests: Digests;
  /** Lines, from 1, by block and name. */
  readonly lines: Readonly<Record<Block, ReadonlyMap<string, number>>>;
}

/** The line, from 1, that no lock has: half of a merge, a hand's edit, or a later version of the format. */
export interface BrokenLock {
  readonly brokenLine: number;
}

/** Read a lock, by lines: it holds nothing else, and a merge that went wrong shows in a line. */
export function readLock(text: string): Lock | BrokenLock {
  const digests = byBlock<string>();
  const lines = byBlock<number>();
  let block: Block | undefined;
  let isVersioned = false;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === "" || line.startsWith("#")) continue;
    const next = blocks.find((one) => line === `${one}:` || line === `${one}: {}`);
    const entry = /^ {2}([\w.-]+): (sha256:[0-9a-f]{64})$/.exec(line);
    if (line === "lock: 1") isVersioned = true;
    else if (!isVersioned) return { brokenLine: index + 1 };
    else if (next !== undefined) block = next;
    else if (entry === null || block === undefined || digests[block].has(entry[1] as string))
      return { brokenLine: index + 1 };
    else {
      digests[block].set(entry[1] as string, entry[2] as string);
      lines[block].set(entry[1] as string, index + 1);
    }
  }
  return isVersioned ? { digests, lines } : { brokenLine: 1 };
}

function byBlock<T>(): Readonly<Record<Block, Map<string, T>>> {
  return { server: new Map(), tools: new Map(), prompts: new Map(), content: new Map() };
}
