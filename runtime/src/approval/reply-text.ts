/** Node 22 and 24 have both; TypeScript 5.9 does not know them yet. */
const { rawJSON } = JSON as unknown as { rawJSON(source: string): unknown };
const parseWithSource = JSON.parse as (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;

/**
 * Read an upstream's reply as it was kept. It was JSON when it came; one without a body, as of a 204, has no value. Numbers that a
 * double cannot hold are written out again as they came.
 */
export function readReply(text: string): unknown {
  return text === "" ? undefined : parseWithSource(text, (_key, value, { source }) => keepNumber(value, source));
}

function keepNumber(value: unknown, source: string | undefined): unknown {
  return typeof value === "number" && source !== undefined && source !== String(value) ? rawJSON(source) : value;
}
