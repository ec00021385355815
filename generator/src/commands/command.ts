import type { Command } from "commander";

/** Exit codes, the same for every command. */
export const exit = {
  fine: 0,
  /** The command did its work and found something: stale files, a broken gate, a problem that is no error of a spec. */
  findings: 1,
  usage: 2,
  invalidSpecs: 3,
  /** The network, a server or a database cannot be reached. */
  unreachable: 4,
  bug: 70,
  interrupted: 130,
} as const;

/** What a command gets from the shell that it runs in. */
export interface Shell {
  /** Say how the process ends. A command that says nothing ends with 0. */
  readonly finish: (code: number) => void;
  /** Aborted by the first Ctrl-C; asks for it from then on. The second one ends the process at once. */
  readonly interruptible: () => AbortSignal;
}

/** Adds one command to the program. Whatever is dear to import is imported in its action, so that `--help` is there at once. */
export type AddCommand = (program: Command, shell: Shell) => void;
