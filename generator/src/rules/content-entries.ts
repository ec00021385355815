import type { CollectionDraft } from "../ir/content.ts";
import type { Finding, Rule } from "../ir/draft.ts";
import type { ServerDraft } from "../ir/server-draft.ts";
import type { JsonSchema } from "../ir/tool.ts";
import { didYouMean } from "../spec/near.ts";
import type { Path } from "../spec/positions.ts";
import { shown } from "../spec/problem.ts";

/** Where a value does not fit a schema that is sound. */
export type Misfits = (
  schema: JsonSchema,
  value: unknown,
  definitions: Readonly<Record<string, JsonSchema>>,
) => readonly { readonly path: Path; readonly part?: "key"; readonly message: string; readonly mend: string }[];

/** What a key may be: it is a file name, and a value that models write. */
const keyForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Every entry has a key of its own, which its file name says, and the collection's fallback is one of them. */
export const contentKeys: Rule = ({ server, collections }) =>
  server === undefined
    ? []
    : [...collections.values()].flatMap((one) => [...keyFindings(one), ...fallback(one, server)]);

/** Every entry fits its collection's schema; all that does not fit is told, where it stands. */
export function contentEntries(misfits: Misfits): Rule {
  return ({ collections, shared }) => {
    const definitions = Object.fromEntries([...shared.all()].map(([name, { schema }]) => [name, schema]));
    return [...collections.values()].flatMap(({ schema, entries }) =>
      entries.flatMap(({ file, data }) =>
        misfits(schema, data, definitions).map(
          (misfit): Finding => ({
            rule: "content-entry",
            file,
            ...misfit,
            message: placed(misfit.path, misfit.message),
          }),
        ),
      ),
    );
  };
}

function placed(path: Path, message: string): string {
  const above = path.slice(0, -1).filter((step) => typeof step === "string");
  return above.length === 0 ? message : `${message} (in ${above.join(".")})`;
}

function keyFindings({ key: member, entries }: CollectionDraft): Finding[] {
  const seen = new Map<string, string>();
  return entries.flatMap(({ file, key, data }): Finding[] => {
    const refuse = (path: Path, message: string, mend: string): Finding => ({
      rule: "content-key",
      file,
      path,
      message,
      mend,
    });
    const findings: Finding[] = [];
    if (!keyForm.test(key))
      findings.push(refuse([], `${shown(key)} is no key: letters, digits, ., _ and -, at most 64`, "rename the file"));
    const rival = seen.get(key.toLowerCase());
    if (rival !== undefined)
      findings.push(refuse([], `the entry ${key} stands in ${rival} already`, "rename or remove one of the two files"));
    seen.set(key.toLowerCase(), file.path);
    const written =
      typeof data === "object" && data !== null ? (data as Readonly<Record<string, unknown>>)[member] : undefined;
    if (written !== undefined && written !== key)
      findings.push(
        refuse(
          [member],
          `${member} is ${shown(written)}, and the file is named ${key}`,
          "make the two alike, or leave the member out",
        ),
      );
    return findings;
  });
}

function fallback({ fallback: wanted, keys, path }: CollectionDraft, { file }: ServerDraft): Finding[] {
  if (wanted === undefined || keys.includes(wanted)) return [];
  const message = `there is no entry ${shown(wanted)} to fall back on`;
  const mend = didYouMean(wanted, keys) ?? `add ${path.join("/")}/${wanted}.yaml`;
  return [{ rule: "content-fallback", file, path: [...path, "fallback"], message, mend }];
}
