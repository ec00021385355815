/** Everything that was sent is there as it was; members may have been added to objects. */
export function isKept(before: unknown, after: unknown): boolean {
  if (typeof before !== "object" || before === null) return Object.is(before, after);
  if (typeof after !== "object" || after === null || Array.isArray(before) !== Array.isArray(after)) return false;
  if (Array.isArray(before) && before.length !== (after as readonly unknown[]).length) return false;
  return Object.entries(before).every(
    ([name, member]) => Object.hasOwn(after, name) && isKept(member, (after as Record<string, unknown>)[name]),
  );
}
