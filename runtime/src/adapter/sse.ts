import { AdapterError } from "./adapter-error.ts";

/**
 * The data of each message of a stream of server-sent events, as it comes (HTML, "Interpreting an event stream"). Comments, ids and
 * events of other names are left out: nothing here is resumed.
 *
 * @throws AdapterError when one event is longer than `eventMaxChars`
 */
export async function* readEvents(body: AsyncIterable<Uint8Array>, eventMaxChars: number): AsyncGenerator<string> {
  let name = "";
  let data: string[] = [];
  let length = 0;
  for await (const line of readLines(body, eventMaxChars)) {
    if (line === "") {
      if (data.length > 0 && (name === "" || name === "message")) yield data.join("\n");
      name = "";
      data = [];
      length = 0;
      continue;
    }
    const [, field, value = ""] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (field === "event") name = value;
    if (field !== "data") continue;
    length += value.length;
    if (length > eventMaxChars) throw tooLong(eventMaxChars);
    data.push(value);
  }
}

/** Lines that end with CR, LF or both; the rest after the last one is an event that never ended, and is dropped. */
async function* readLines(body: AsyncIterable<Uint8Array>, lineMaxChars: number): AsyncGenerator<string> {
  // Strips a byte order mark, as the format asks.
  const decoder = new TextDecoder();
  let rest = "";
  // A CR at the end of a chunk may be half of a CRLF.
  let isHalf = false;
  for await (const chunk of body) {
    const text: string = (isHalf ? "\r" : "") + decoder.decode(chunk, { stream: true });
    isHalf = text.endsWith("\r");
    // Only what is new is looked through: a long line in many chunks would otherwise cost the square of its length.
    const [first = "", ...more] = (isHalf ? text.slice(0, -1) : text).split(/\r\n|\r|\n/);
    rest += first;
    if (rest.length > lineMaxChars) throw tooLong(lineMaxChars);
    const last = more.pop();
    if (last === undefined) continue;
    yield rest;
    yield* more;
    rest = last;
  }
}

function tooLong(maxChars: number): AdapterError {
  return new AdapterError("failed", `one event of the endpoint is longer than ${maxChars} characters.`);
}
