/** The command `toolspec` as a test gives it: in this process, because one of its own takes a second that proves nothing more. */
import { vi } from "vitest";
import { run } from "../generator/src/run.ts";

/** What a command came to. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Run `toolspec` in a folder, with variables beside those of this process. Only for commands that end by themselves, one at a time:
 * folder, variables and output are the process's. What a process adds is tested in `cli.test.ts` and `commands.test.ts`.
 */
export async function toolspec(
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Ended> {
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
