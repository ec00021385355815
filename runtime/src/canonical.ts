/**
 * One text for equal JSON values, whatever order their members came in: no white space, members sorted by the UTF-16 units of
 * their names, numbers as ECMAScript prints them, so that `1.0` and `1`, or `-0` and `0`, are the same.
 *
 * Members that are `undefined` are left out, as they are when the request is sent. Depth is bounded where JSON is decoded.
 *
 * @throws Error for what JSON cannot say: a validator that makes such values is broken.
 * @see RFC 8785, section 3.2
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(",")}]`;
  if (isPlainObject(value)) return canonicalObject(value);
  const isScalar = value === null || ["string", "boolean"].includes(typeof value) || Number.isFinite(value);
  if (!isScalar) throw new Error(`an argument is no JSON: ${typeof value}`);
  return JSON.stringify(value);
}

/** A date or a map would look empty, and so like every other one. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function canonicalObject(value: Record<string, unknown>): string {
  // Without a comparison function, `sort` compares UTF-16 units, which is what RFC 8785 asks for.
  const names = Object.keys(value).sort();
  const given = names.filter((name) => value[name] !== undefined);
  return `{${given.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}
