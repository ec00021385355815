import type { Logger } from "../ports.ts";

/** The part of Node's `process` that crashes go through. */
export type CrashingProcess = Pick<NodeJS.Process, "on" | "exit" | "report">;

/** Frames of a stack that are logged: enough to find the place. */
const framesMax = 8;

/**
 * Keep secrets out of Node's diagnostic reports (`--report-on-signal`, `--report-on-fatalerror`): no environment, no names of
 * the peers that are connected.
 *
 * @see seed rekomi, "PII scrubbing"; Node.js, "Diagnostic report"
 */
export function scrubReports({ report }: CrashingProcess): void {
  // `excludeNetwork` is documented, but not in Node's types.
  Object.assign(report, { excludeEnv: true, excludeNetwork: true });
}

/**
 * End the process with `exitCode` when something throws where nobody catches it, after one line through the logger.
 *
 * Node would print the error as it is, with whatever it quotes. Going on is no choice: nobody knows what was left half done.
 * The line holds the error as the logger prints it, and the places of its stack without the words in front of them.
 */
export function endOnCrash({
  process,
  logger,
  exitCode,
}: {
  readonly process: CrashingProcess;
  readonly logger: Logger;
  readonly exitCode: number;
}): void {
  const end = (kind: string) => (error: unknown) => {
    logger.error("this is a bug in toolspec, and the process ends", { kind, error, at: framesOf(error) });
    process.exit(exitCode);
  };
  process.on("uncaughtException", end("uncaught exception")).on("unhandledRejection", end("unhandled rejection"));
}

/** A stack begins with the message, which may have lines that look like places. */
function framesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error) || typeof error.stack !== "string") return [];
  const { stack, message } = error;
  const afterMessage = stack.indexOf(message) + message.length;
  const frames = stack.includes(message) ? stack.slice(afterMessage).split("\n") : [];
  return frames
    .map((line) => line.trim())
    .filter((line) => line.startsWith("at "))
    .slice(0, framesMax);
}
