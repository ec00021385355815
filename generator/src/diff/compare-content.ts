import type { CollectionIr, JsonSchemaObject, ServerIr } from "../ir/tool.ts";
import { type Change, type Told, tell } from "./change.ts";
import { isSame } from "./schema-change.ts";

/** What changed of the local content that tools answer from, entry by entry. Its schemas are the tools' output, and compared there. */
export function compareContent(before: ServerIr, after: ServerIr): readonly Change[] {
  const names = [...new Set([...Object.keys(after.content), ...Object.keys(before.content)])];
  return names.flatMap((name) => {
    const [was, is] = [before.content[name], after.content[name]];
    const subject = contentSubject(name);
    const server: Told["place"] =
      is === undefined
        ? { side: "before", file: `${before.source}/server.yaml`, path: ["content", name] }
        : { side: "after", file: `${after.source}/server.yaml`, path: ["content", name] };
    const collection = (rule: Told["rule"], message: string) => [tell({ rule, message, subject, place: server })];
    if (was === undefined) return collection("content-added", `the collection ${name} is new`);
    if (is === undefined) return collection("content-removed", `the collection ${name} is gone`);
    const entry = (side: "before" | "after", key: string, path: readonly string[] = []): Told["place"] => ({
      side,
      file: `${(side === "after" ? after : before).source}/content/${name}/${key}.yaml`,
      path,
    });
    return [
      ...(was.key === is.key
        ? []
        : collection("content-changed", `entries are told apart by ${is.key}, it was ${was.key}`)),
      ...compareFallbacks(was, is).flatMap(({ rule, message }) => collection(rule, message)),
      ...compareEntries(was, is, { subject, entry }),
    ];
  });
}

/** The subject of changes in a collection. */
export function contentSubject(name: string): string {
  return `content ${name}`;
}

/** Entries by key, the fallback among them. */
export function entriesByKey({ key, entries, fallback }: CollectionIr): ReadonlyMap<string, JsonSchemaObject> {
  const all = fallback === undefined ? entries : [...entries, fallback];
  return new Map(all.map((entry) => [String(entry[key]), entry]));
}

/** The entry that answers for unknown keys, by its key. */
export function fallbackKey({ key, fallback }: CollectionIr): string | undefined {
  return fallback === undefined ? undefined : String(fallback[key]);
}

function compareFallbacks(before: CollectionIr, after: CollectionIr): readonly Pick<Told, "rule" | "message">[] {
  const [was, is] = [fallbackKey(before), fallbackKey(after)];
  if (was === is) return [];
  if (is === undefined) return [{ rule: "content-removed", message: `${was} answers for unknown keys no more` }];
  if (was === undefined) return [{ rule: "content-added", message: `${is} answers for unknown keys now` }];
  return [{ rule: "content-changed", message: `${is} answers for unknown keys, it was ${was}` }];
}

interface EntryPlaces {
  readonly subject: string;
  readonly entry: (side: "before" | "after", key: string, path?: readonly string[]) => Told["place"];
}

function compareEntries(before: CollectionIr, after: CollectionIr, { subject, entry }: EntryPlaces): readonly Change[] {
  const [old, now] = [entriesByKey(before), entriesByKey(after)];
  const changes = [...now].flatMap(([key, is]): readonly Change[] => {
    const was = old.get(key);
    if (was === undefined) {
      const message = `the entry ${key} is new`;
      return [tell({ rule: "content-added", message, subject, place: entry("after", key) })];
    }
    const members = [...new Set([...Object.keys(is), ...Object.keys(was)])];
    return members
      .filter((member) => !isSame(was[member] ?? null, is[member] ?? null))
      .map((member) =>
        tell({
          rule: "content-changed",
          message: `${key}.${member} changed`,
          before: was[member] ?? "none",
          after: is[member] ?? "none",
          subject,
          place: entry("after", key, Object.hasOwn(is, member) ? [member] : []),
        }),
      );
  });
  const gone = [...old.keys()].filter((key) => !now.has(key));
  return [
    ...changes,
    ...gone.map((key) =>
      tell({ rule: "content-removed", message: `the entry ${key} is gone`, subject, place: entry("before", key) }),
    ),
  ];
}
