const newline = 0x0a;

/**
 * Cut a stream of bytes at newlines. A line of more than `maxBytes` is dropped as it comes and reported once, at its end.
 *
 * The server's stdio door does the same in a file that brings the MCP server SDK with it, which has no place in an adapter.
 */
export function createLineSplitter(maxBytes: number): (chunk: Buffer) => Generator<Buffer | "too_long"> {
  let parts: Buffer[] = [];
  let length = 0;

  function keep(part: Buffer): void {
    length += part.length;
    if (length > maxBytes) parts = [];
    else parts.push(part);
  }

  return function* split(chunk) {
    let from = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
      keep(chunk.subarray(from, at));
      yield length > maxBytes ? "too_long" : Buffer.concat(parts, length);
      parts = [];
      length = 0;
      from = at + 1;
    }
    keep(chunk.subarray(from));
  };
}
