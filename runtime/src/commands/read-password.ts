import type { Readable } from "node:stream";
import { CommandProblem, type TextOutput } from "./store-command.ts";

/** Characters that are read at most. What comes after is no password, but a file that was piped in by mistake. */
const readMaxChars = 4096;

/** Where a password comes from: a terminal, which can be told not to show what is typed, or a pipe. */
export interface PasswordInput extends Readable {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
}

/**
 * Read a password: typed twice at a terminal without being shown, or the first line of what is piped in. Never an argument, which
 * every user of the machine could read in the list of processes and in the shell's history.
 *
 * @throws CommandProblem when the two differ, nothing came, or the user gave up.
 */
export async function readPassword(input: PasswordInput, prompts: TextOutput): Promise<string> {
  const lines = lineReader(input);
  if (input.isTTY !== true || input.setRawMode === undefined) {
    const line = await lines.next();
    // What more is piped in is not waited for.
    input.destroy();
    return line;
  }
  input.setRawMode(true);
  try {
    prompts.write("Password: ");
    const first = await lines.next();
    prompts.write("\nThe same again: ");
    const second = await lines.next();
    prompts.write("\n");
    if (first !== second) throw new CommandProblem("failure", "The two passwords differ. Nothing was changed.");
    return first;
  } finally {
    input.setRawMode(false);
    input.pause();
  }
}

function lineReader(input: PasswordInput): { next(): Promise<string> } {
  input.setEncoding("utf8");
  const characters = toCharacters(input);
  return {
    async next() {
      const line: string[] = [];
      for (;;) {
        const { value, done } = await characters.next();
        if (done === true && line.length === 0)
          throw new CommandProblem("usage", "No password was given. Type one, or pipe one in.");
        if (done === true || value === "\n" || value === "\r") return line.join("");
        if (input.isTTY === true && value === "\u0003") throw new CommandProblem("interrupted", "Nothing was changed.");
        if (input.isTTY === true && (value === "\u007f" || value === "\b")) line.pop();
        else line.push(value);
        if (line.length > readMaxChars) throw new CommandProblem("usage", "That is too long for a password.");
      }
    },
  };
}

async function* toCharacters(input: Readable): AsyncGenerator<string, undefined> {
  for await (const chunk of input.iterator({ destroyOnReturn: false })) yield* chunk as string;
  return undefined;
}
