import { type FSWatcher, readdirSync, watch } from "node:fs";
import { join } from "node:path";

/** Milliseconds of quiet after which a change is looked at: an editor's save is several events within some milliseconds. */
const quietMs = 25;

/** Milliseconds between two looks where the disk does not tell: a network mount answers a look in some tens of milliseconds. */
const pollEveryMs = 500;

/** Folders that are watched at most; a server has four kinds, and one more a collection of content. */
const foldersMax = 500;

export interface Watch {
  /** What the disk does not tell of is polled for; why, in words. */
  readonly polls: string | undefined;
  close(): void;
}

/**
 * Call `onChange` when something below the folder may have changed. Only a hint: what has changed is found by looking.
 *
 * Each folder is watched by itself, which tells of new files, removed ones and an editor's rename alike; watching recursively would
 * take a descriptor for every single file on Linux.
 */
export function watchFolder(
  folder: string,
  { poll, onChange }: { readonly poll: boolean; readonly onChange: () => void },
): Watch {
  if (poll) return pollFolder(onChange, "--poll");
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let polling: Watch | undefined;
  const cover = () => {
    const wanted = new Set(foldersBelow(folder));
    for (const [path, watcher] of watchers) {
      if (wanted.has(path)) continue;
      watcher.close();
      watchers.delete(path);
    }
    for (const path of wanted) {
      if (watchers.has(path)) continue;
      const watcher = watch(path, hear);
      watcher.on("error", () => {
        watcher.close();
        watchers.delete(path);
        hear();
      });
      watchers.set(path, watcher);
    }
  };
  const hear = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      tryCover();
      onChange();
    }, quietMs);
  };
  const tryCover = () => {
    try {
      cover();
    } catch (error) {
      // Too many watches on this machine, or a file system that has none.
      polling ??= pollFolder(onChange, `this folder cannot be watched (${(error as NodeJS.ErrnoException).code})`);
    }
  };
  tryCover();
  return {
    get polls() {
      return polling?.polls;
    },
    close() {
      clearTimeout(timer);
      polling?.close();
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}

function pollFolder(onChange: () => void, polls: string): Watch {
  const timer = setInterval(onChange, pollEveryMs);
  return { polls, close: () => clearInterval(timer) };
}

function foldersBelow(folder: string): readonly string[] {
  const found = [folder];
  for (const path of found) {
    if (found.length >= foldersMax) break;
    for (const entry of entriesOf(path))
      if (entry.isDirectory() && !entry.name.startsWith(".")) found.push(join(path, entry.name));
  }
  return found;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // Gone meanwhile: the next look says so.
    return [];
  }
}
