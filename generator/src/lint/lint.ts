import type { Diagnostic, Span } from "../diagnostics.ts";
import type { LoadedServer } from "../load.ts";
import { toDiagnostics } from "../spec/problem.ts";
import type { SpecFile } from "../spec/spec-file.ts";
import type { LintRuleId } from "./ids.ts";
import { applyIgnores } from "./ignores.ts";
import { type ActiveRule, activeRules } from "./levels.ts";
import type { Edit, LintFinding } from "./rule.ts";
import { lintRules } from "./rules.ts";
import { worldOf } from "./world.ts";

/** What lint says of one server. */
export interface Linted {
  readonly diagnostics: readonly Diagnostic[];
  /** By path of the file: what mends findings without changing any meaning. */
  readonly edits: ReadonlyMap<string, readonly Edit[]>;
  /** Places of what looks like credentials, ignored or not: nobody prints them. */
  readonly secrets: readonly Span[];
}

const nothing: Linted = { diagnostics: [], edits: new Map(), secrets: [] };

/** Look at one server with every rule that is on, and leave out what its comments ignore. With errors of the generator there is nothing to say yet. */
export function lintServer(loaded: LoadedServer, only: readonly LintRuleId[] = []): Linted {
  const world = worldOf(loaded);
  if (world === undefined) return nothing;
  const active = activeRules(lintRules, world, only);
  const found = new Map<SpecFile, Located[]>();
  for (const file of [world.server.file, ...world.tools.map((tool) => tool.file)]) found.set(file, []);
  for (const rule of active)
    for (const finding of rule.rule.check(world)) found.get(finding.file)?.push(locate(finding, rule));
  const ran = new Set<string>(active.map(({ rule }) => rule.id));
  const files = [...found].map(([file, all]) => {
    const { kept, about, edits } = applyIgnores(
      file,
      all.map(({ diagnostic }) => diagnostic),
      ran,
    );
    const left = new Set(kept);
    const mending = all.filter(({ diagnostic }) => left.has(diagnostic)).flatMap((one) => one.edits);
    return { file, diagnostics: [...kept, ...about], edits: [...mending, ...edits] };
  });
  return {
    diagnostics: files.flatMap(({ diagnostics }) => diagnostics),
    edits: new Map(files.filter(({ edits }) => edits.length > 0).map(({ file, edits }) => [file.path, edits])),
    secrets: [...found.values()]
      .flat()
      .filter(({ diagnostic }) => diagnostic.rule === "secret-in-text")
      .map(({ diagnostic }) => diagnostic.span),
  };
}

interface Located {
  readonly diagnostic: Diagnostic;
  readonly edits: readonly Edit[];
}

function locate(finding: LintFinding, { rule, severity }: ActiveRule): Located {
  const { file, edits = [], line, column = 1, ...problem } = finding;
  const [diagnostic] = toDiagnostics(file, [{ ...problem, rule: rule.id, severity }]);
  if (diagnostic === undefined) throw new Error(`${rule.id} found something that has no place`);
  if (line === undefined) return { diagnostic, edits };
  const start = { line, column };
  const end = { line, column: (file.text.split("\n", line).at(-1) ?? "").trimEnd().length + 1 };
  return { diagnostic: { ...diagnostic, span: { file: file.path, start, end } }, edits };
}
