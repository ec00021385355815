/** The command `toolspec` as a test gives it: in this process, because one of its own takes a second that proves nothing more. */
import { vi } from "vitest";
import { run } from "../generator/src/run.ts";

/** What a command came to. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Surroundings {
  readonly cwd: string;
  /** Beside the variables of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Folder, variables and output are the process's, so that commands take turns. */
let last: Promise<unknown> = Promise.resolve();

/** Run `toolspec`: a command that ends by itself. What a process adds is tested in `cli.test.ts` and `commands.test.ts`. */
export function toolspec(args: readonly string[], surroundings: Surroundings): Promise<Ended> {
  const ended = last.then(() => runHere(args, surroundings));
  last = ended.catch(() => undefined);
  return ended;
}

async function runHere(args: readonly string[], { cwd, env = {} }: Surroundings): Promise<Ended> {
  const written = { stdout: "", stderr: "" };
  const left = process.cwd();
  const readers = process.stdout.listeners("error");
  const spies = (["stdout", "stderr"] as const).map((stream) =>
    vi.spyOn(process[stream], "write").mockImplementation((text) => {
      written[stream] += text;
      return true;
    }),
  );
  for (const [name, value] of Object.entries({ NO_COLOR: "1", ...env })) vi.stubEnv(name, value);
  process.chdir(cwd);
  try {
    return { code: await run(args), ...written };
  } finally {
    process.chdir(left);
    vi.unstubAllEnvs();
    for (const spy of spies) spy.mockRestore();
    for (const reader of process.stdout.listeners("error"))
      if (!readers.includes(reader)) process.stdout.off("error", reader as () => void);
  }
}
