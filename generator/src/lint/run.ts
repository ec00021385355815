import { resolve } from "node:path";
import type { Diagnostic } from "../diagnostics.ts";
import { applyChanges } from "../files.ts";
import { findSpecs } from "../folders.ts";
import { loadAll } from "../load-all.ts";
import { blotted } from "../spec/blot.ts";
import { fixAll } from "./fix.ts";
import type { LintRuleId } from "./ids.ts";
import { lintServer } from "./lint.ts";
import { type TokenCosts, tokenCosts } from "./tokens.ts";

export interface LintRunOptions {
  /** Specs folders. Default: every folder of `./specs` that holds a server.yaml. */
  readonly specs?: readonly string[];
  /** Only these rules. */
  readonly only?: readonly LintRuleId[];
  /** Write what changes no meaning before looking. */
  readonly fix?: boolean;
  readonly cwd?: string;
  /** Told what comes next. */
  readonly onStep?: (text: string) => void;
}

export interface LintReport {
  readonly diagnostics: readonly Diagnostic[];
  /** Texts of files, for code frames; credentials blotted out. */
  readonly sources: ReadonlyMap<string, string>;
  /** Of the servers in which the generator finds no error. */
  readonly costs: readonly TokenCosts[];
  /** Absolute paths of the files that were written. */
  readonly fixed: readonly string[];
  readonly folders: number;
}

/** Look at every folder with every rule that is on; all servers in one run. */
export async function lint(options: LintRunOptions = {}): Promise<LintReport> {
  const cwd = options.cwd ?? process.cwd();
  const folders = (options.specs ?? findSpecs(cwd)).map((folder) => resolve(cwd, folder));
  const { only = [], onStep } = options;
  const fixed = options.fix === true ? await fixAll(folders, { cwd, only }) : [];
  applyChanges(fixed.map(({ path, before, after }) => ({ path, folder: cwd, before, after })));
  const costs: TokenCosts[] = [];
  const secrets: Diagnostic["span"][] = [];
  const loaded = await loadAll(folders, {
    cwd,
    root: cwd,
    ...(onStep !== undefined && { onStep }),
    inspect: (one) => {
      const linted = lintServer(one, only);
      secrets.push(...linted.secrets);
      if (one.server !== undefined) costs.push(tokenCosts(one.server, one.drafts.server?.spec.lint?.budgets));
      return linted.diagnostics;
    },
  });
  const sources = new Map(loaded.sources);
  for (const span of secrets) sources.set(span.file, blotted(sources.get(span.file) ?? "", span));
  return {
    diagnostics: loaded.diagnostics,
    sources,
    costs,
    fixed: fixed.map(({ path }) => path),
    folders: folders.length,
  };
}
