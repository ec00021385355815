import { lstatSync } from "node:fs";
import { join } from "node:path";
import { stampOf } from "./known-files.ts";

/** Generated files as this process has left them on the disk. */
export interface WrittenFiles {
  /** These paths of the folder are as they should be now; files that are not there any more are forgotten. */
  note(paths: Iterable<string>): void;
  /** Paths that somebody else has changed or removed since. Some microseconds a file. */
  changed(): readonly string[];
}

/** @param folder absolute */
export function writtenFiles(folder: string): WrittenFiles {
  const stamps = new Map<string, string>();
  const look = (path: string) => {
    const stats = lstatSync(join(folder, path), { bigint: true, throwIfNoEntry: false });
    return stats && stampOf(stats);
  };
  return {
    note(paths) {
      for (const path of paths) {
        const stamp = look(path);
        if (stamp === undefined) stamps.delete(path);
        else stamps.set(path, stamp);
      }
    },
    changed: () => [...stamps].filter(([path, stamp]) => look(path) !== stamp).map(([path]) => path),
  };
}
