#!/usr/bin/env node
/** The command `toolspec` as a process of its own. */
import { exit } from "./commands/command.ts";
import { run } from "./run.ts";

// Whoever reads the output through `head` has seen enough: nothing went wrong, and nothing is left to say.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(process.exitCode ?? exit.fine);
  throw error;
});

process.exitCode = await run(process.argv.slice(2));
