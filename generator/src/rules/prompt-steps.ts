import type { Finding, Rule } from "../ir/draft.ts";
import { argumentsOf, type PromptDraft } from "../ir/prompts.ts";
import { didYouMean } from "../spec/near.ts";
import type { Path } from "../spec/positions.ts";
import { shown } from "../spec/problem.ts";

/** Prompts call tools that there are, fill in arguments that there are, and have a name that clients can show. */
export const promptSteps: Rule = ({ prompts, toolNames, generatedTools }) => {
  const known = new Set([...toolNames, ...generatedTools]);
  return prompts.flatMap((prompt) => [
    ...nameFindings(prompt),
    ...(prompt.spec.steps ?? []).flatMap(({ call }, index): Finding[] => {
      if (call === undefined || known.has(call)) return [];
      const mend = didYouMean(call, known) ?? `add tools/${call}.yaml`;
      const path = ["steps", index, "call"];
      return [{ rule: "unknown-tool-call", file: prompt.file, path, message: `there is no tool ${shown(call)}`, mend }];
    }),
    ...(prompt.broken.has("arguments") ? [] : placeholderFindings(prompt)),
  ]);
};

function nameFindings({ file, name }: PromptDraft): Finding[] {
  if (/^[a-z][a-z0-9_]{0,39}$/.test(name)) return [];
  const message = `${shown(name)} is no name of a prompt: lower-case letters, digits and _, at most 40`;
  return [{ rule: "prompt-name", file, path: [], message, mend: "rename the file" }];
}

/** `{name}`, as the runtime finds it. */
const placeholder = /\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

function placeholderFindings({ file, spec, broken }: PromptDraft): Finding[] {
  const declared = argumentsOf(spec);
  const names = declared.map(({ name }) => name);
  const used = textsOf(spec).flatMap(({ path, text }) =>
    [...text.matchAll(placeholder)].map(([, name = ""]) => ({ name, path })),
  );
  const strangers = used
    .filter(({ name }) => !names.includes(name))
    .map(({ name, path }): Finding => {
      const mend = didYouMean(name, names) ?? `add ${name}: { description: … } under arguments`;
      return { rule: "prompt-placeholder", file, path, message: `there is no argument ${shown(name)}`, mend };
    });
  if (["intro", "steps", "outro"].some((key) => broken.has(key))) return strangers;
  const idle = declared.flatMap(({ name, required, otherwise }): Finding[] => {
    const path = ["arguments", required ? name : `${name}?`];
    if (!used.some((one) => one.name === name)) {
      const message = `the argument ${name} stands nowhere in the text`;
      return [{ rule: "prompt-placeholder", file, path, part: "key", message, mend: `write {${name}}, or remove it` }];
    }
    if (required || otherwise !== undefined) return [];
    const message = `${name} may be left out, and nothing says what stands in its place`;
    return [{ rule: "prompt-placeholder", file, path, part: "key", message, mend: "add otherwise: some words" }];
  });
  return [...strangers, ...idle];
}

function textsOf({
  intro,
  steps,
  outro,
}: PromptDraft["spec"]): readonly { readonly path: Path; readonly text: string }[] {
  const within = (steps ?? []).flatMap((step, index) =>
    (["to", "say"] as const).map((key) => ({ path: ["steps", index, key] as Path, text: step[key] ?? "" })),
  );
  return [{ path: ["intro"], text: intro ?? "" }, ...within, { path: ["outro"], text: outro ?? "" }];
}
