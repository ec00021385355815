import { GatewayError } from "../errors.ts";

/** Levels of nesting; the outermost value is level 1. Real arguments have four; `JSON.stringify` fails at some thousands. */
const depthMax = 40;

/** Values in all, containers and scalars. One 4 MiB body with 300,000 keys held every other caller up for 1.75 s. */
const nodesMax = 20_000;

/** UTF-16 units of one key. Real names have a tenth of it, and keys are repeated in error texts. */
const keyMaxChars = 256;

/** How much of a path an error repeats, so that a hostile body is not sent back. */
const pathPartsMax = 8;
const pathPartMaxChars = 40;

/** One container on the way down. */
interface Frame {
  readonly value: object;
  /** Undefined for arrays. */
  readonly keys: readonly string[] | undefined;
  readonly length: number;
  next: number;
}

/**
 * Hold decoded JSON to the limits of depth, size and text, right after it was parsed and before anything walks it.
 *
 * Iterative, and done after 20,000 values whatever it is given.
 *
 * @returns `limit_exceeded` or `invalid_argument` with the path in `meta.path`, or undefined when all is well
 */
export function checkJson(value: unknown): GatewayError | undefined {
  if (typeof value === "string") return value.isWellFormed() ? undefined : brokenText([]);
  if (typeof value !== "object" || value === null) return undefined;
  const frames: Frame[] = [toFrame(value)];
  let nodes = 1;
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    if (frame.next === frame.length) {
      frames.pop();
      continue;
    }
    if (++nodes > nodesMax) return tooMany(frames);
    const key = frame.keys?.[frame.next];
    if (key !== undefined) {
      const problem = checkKey(key, frames);
      if (problem !== undefined) return problem;
    }
    const item = (frame.value as Record<string | number, unknown>)[key ?? frame.next];
    frame.next += 1;
    if (typeof item === "string") {
      if (!item.isWellFormed()) return brokenText(frames);
    } else if (typeof item === "object" && item !== null) {
      if (frames.length === depthMax) return tooDeep(frames);
      frames.push(toFrame(item));
    }
  }
  return undefined;
}

function toFrame(value: object): Frame {
  const keys = Array.isArray(value) ? undefined : Object.keys(value);
  return { value, keys, length: keys?.length ?? (value as readonly unknown[]).length, next: 0 };
}

function checkKey(key: string, frames: readonly Frame[]): GatewayError | undefined {
  if (key.length > keyMaxChars) {
    const path = pathOf(frames.slice(0, -1));
    const message = `A key ${within(path)} has ${key.length} characters; at most ${keyMaxChars} are accepted.`;
    return new GatewayError("limit_exceeded", message, { meta: { limit: "key_chars", max: keyMaxChars, path } });
  }
  // Copied by a careless `{ ...object }` or `Object.assign`, it would change what the copy inherits.
  if (key === "__proto__") return refuseKey("The key __proto__ is not accepted", frames);
  return key.isWellFormed() ? undefined : refuseKey("A key with half a surrogate pair is not Unicode text", frames);
}

function refuseKey(what: string, frames: readonly Frame[]): GatewayError {
  const path = pathOf(frames.slice(0, -1));
  return new GatewayError("invalid_argument", `${what} (${within(path)}). Leave it out.`, { meta: { path } });
}

function brokenText(frames: readonly Frame[]): GatewayError {
  const path = pathOf(frames);
  const message = `The text ${at(path)} holds half a surrogate pair, which is not Unicode. Send well-formed text.`;
  return new GatewayError("invalid_argument", message, { meta: { path } });
}

function tooDeep(frames: readonly Frame[]): GatewayError {
  const path = pathOf(frames);
  const message = `The request is nested more than ${depthMax} levels deep, ${at(path)}. Send it flatter.`;
  return new GatewayError("limit_exceeded", message, { meta: { limit: "depth", max: depthMax, path } });
}

function tooMany(frames: readonly Frame[]): GatewayError {
  const path = pathOf(frames.slice(0, -1));
  const message = `The request holds more than ${nodesMax} values. Send it in parts.`;
  return new GatewayError("limit_exceeded", message, { meta: { limit: "values", max: nodesMax, path } });
}

/** Where the walk stands, `params.arguments.rows.3`. In each frame `next` points behind the member that was taken. */
function pathOf(frames: readonly Frame[]): string {
  const parts = frames.slice(0, pathPartsMax).map((frame) => {
    const part = frame.keys === undefined ? String(frame.next - 1) : (frame.keys[frame.next - 1] ?? "");
    return part.length > pathPartMaxChars ? `${part.slice(0, pathPartMaxChars).toWellFormed()}…` : part;
  });
  return frames.length > pathPartsMax ? `${parts.join(".")}…` : parts.join(".");
}

function at(path: string): string {
  return path === "" ? "at the outermost level" : `at ${path}`;
}

function within(path: string): string {
  return path === "" ? "at the outermost level" : `in ${path}`;
}
