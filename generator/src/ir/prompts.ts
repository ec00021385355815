import type { PromptSpec } from "../spec/prompt-shape.ts";
import type { SpecFile } from "../spec/spec-file.ts";
import type { Sound } from "./sound.ts";
import type { PromptArgumentIr, PromptIr } from "./tool.ts";

/** A prompt between spec and IR: what fits its shape. */
export interface PromptDraft {
  readonly file: SpecFile;
  /** The file name without its ending. */
  readonly name: string;
  readonly spec: Partial<PromptSpec>;
  readonly broken: ReadonlySet<string>;
}

export function draftPrompt(file: SpecFile, { spec, broken }: Sound<PromptSpec>): PromptDraft {
  const name = file.path.slice(file.path.lastIndexOf("/") + 1).replace(/\.ya?ml$/i, "");
  return { file, name, spec, broken };
}

/** A prompt in which no rule found an error. */
export function toPromptIr({ file, name, spec }: PromptDraft): PromptIr {
  const { title, description, steps } = spec;
  if (title === undefined || description === undefined || steps === undefined)
    throw new Error(`${file.path} has errors and cannot be lowered`);
  const numbered = steps.map((step, index) => `${index + 1}. ${stepWords(step)}`);
  const parts = [spec.intro?.trim(), numbered.join("\n"), spec.outro?.trim()];
  return {
    name,
    title: title.trim(),
    description: description.trim(),
    arguments: argumentsOf(spec),
    text: parts.filter((part) => part !== undefined).join("\n\n"),
    calls: steps.flatMap(({ call }) => (call === undefined ? [] : [call])),
  };
}

/** The declared arguments, their marks taken off. */
export function argumentsOf({ arguments: declared = {} }: Partial<PromptSpec>): readonly PromptArgumentIr[] {
  return Object.entries(declared).map(([key, { description, otherwise }]) => ({
    name: key.replace(/\?$/, ""),
    description: description.trim(),
    required: !key.endsWith("?"),
    otherwise: otherwise?.trim(),
  }));
}

/** `Call get_org_profile to learn who is asking.` */
function stepWords({ call, to, say }: NonNullable<PromptSpec["steps"]>[number]): string {
  const words = (say ?? `Call ${call}${to === undefined ? "" : ` to ${to.trim()}`}`).trim();
  return /[.!?…:]$/.test(words) ? words : `${words}.`;
}
