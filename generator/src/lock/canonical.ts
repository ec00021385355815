/**
 * One text for equal JSON values: members sorted by the UTF-16 units of their names, no white space, absent members left out.
 *
 * The runtime has its own (`canonical.ts`): neither package imports the other.
 *
 * @see RFC 8785, section 3.2
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(",")}}`;
}
