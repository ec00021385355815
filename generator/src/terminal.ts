/** What the terminal is asked for: colours, and a line that says what is being done. */

/** Colours where the stream is a terminal that shows them. `FORCE_COLOR` and `NO_COLOR` go before, in Node's own order. */
export function hasColours(stream: NodeJS.WriteStream, environment = process.env): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: refused } = environment;
  if (forced !== undefined) return !["0", "false"].includes(forced);
  if (refused !== undefined && refused !== "") return false;
  return stream.isTTY === true && (stream.hasColors?.() ?? false);
}

/** Says on a terminal what a long work is doing, from its first step on; a pipe and a CI job are told nothing. */
export interface Progress {
  /** A step begins. */
  readonly step: (text: string) => void;
  /** The work is done, well or not: the line goes. */
  readonly end: () => void;
}

export function createProgress(
  stream: Pick<NodeJS.WriteStream, "isTTY" | "columns" | "write"> = process.stderr,
  environment = process.env,
): Progress {
  if (stream.isTTY !== true || environment.CI !== undefined) return { step: () => {}, end: () => {} };
  let isShown = false;
  // To the beginning of the line, and all of it away (ECMA-48, EL).
  const clear = () => {
    if (isShown) stream.write("\r\u001b[2K");
    isShown = false;
  };
  return {
    step(text) {
      clear();
      isShown = true;
      stream.write(`${text} …`.slice(0, Math.max(1, (stream.columns ?? 80) - 1)));
    },
    end: clear,
  };
}
