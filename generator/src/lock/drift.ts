/** What the specs say and the lock does not. */
import { join } from "node:path";
import type { Diagnostic } from "../diagnostics.ts";
import { portable, readIfThere } from "../folders.ts";
import type { ServerIr } from "../ir/tool.ts";
import { type Block, blocks, type Digests, digestsOf, factKeys } from "./definitions.ts";
import { lockName, readLock } from "./lock-file.ts";

/** One definition that is not as the lock has it. */
export interface Drift {
  readonly block: Block;
  readonly name: string;
  readonly kind: "changed" | "new" | "gone";
}

export function driftBetween(locked: Digests, now: Digests): readonly Drift[] {
  return blocks.flatMap((block) => {
    const names = [...new Set([...locked[block].keys(), ...now[block].keys()])].sort();
    return names.flatMap((name): readonly Drift[] => {
      const [was, is] = [locked[block].get(name), now[block].get(name)];
      if (was === is) return [];
      return [{ block, name, kind: was === undefined ? "new" : is === undefined ? "gone" : "changed" }];
    });
  });
}

/**
 * Problems of a server whose lock says something else, each at the file that changed; none where there is no lock.
 *
 * @param server named from `root`; problems are named from `cwd`
 */
export function lockProblems(
  server: ServerIr,
  { cwd, root }: { readonly cwd: string; readonly root: string },
): readonly Diagnostic[] {
  const folder = join(root, server.source);
  const text = readIfThere(join(folder, lockName));
  if (text === undefined) return [];
  const shownAs = (path: string) => portable(cwd, join(folder, path));
  const accept = `\`toolspec lock ${portable(cwd, folder)}\``;
  const lock = readLock(text);
  if ("brokenLine" in lock) {
    const mend = `settle the merge, or write it anew with ${accept}`;
    return [
      problem("invalid-lock", "this is no line of a lock", { file: shownAs(lockName), line: lock.brokenLine }, mend),
    ];
  }
  return driftBetween(lock.digests, digestsOf(server)).map((drift) => {
    const { block, name, kind } = drift;
    const place =
      kind === "gone"
        ? { file: shownAs(lockName), line: lock.lines[block].get(name) ?? 1 }
        : placeOf(drift, { server, folder, shownAs });
    const mend = `look at it with \`toolspec diff\`, and accept it with ${accept}`;
    return problem("unlocked-change", `${describeDrift(drift)}: ${lockName} does not have it so`, place, mend);
  });
}

/** `the tool create_voucher changed`. */
export function describeDrift({ block, name, kind }: Drift): string {
  const what = {
    server: `${name} of the server`,
    tools: `the tool ${name}`,
    prompts: `the prompt ${name}`,
    content: `the content ${name}`,
  }[block];
  return kind === "changed" ? `${what} changed` : `${what} is ${kind}`;
}

interface Where {
  readonly server: ServerIr;
  readonly folder: string;
  readonly shownAs: (path: string) => string;
}

function placeOf(
  { block, name }: Drift,
  { server, folder, shownAs }: Where,
): { readonly file: string; readonly line: number } {
  const beginning = (path: string) => ({ file: shownAs(path), line: firstKeyLine(join(folder, path)) });
  if (block === "prompts") return beginning(`prompts/${name}.yaml`);
  const [collection, ...key] = name.split(".");
  if (block === "content" && key.length > 0) return beginning(`content/${collection}/${key.join(".")}.yaml`);
  if (block === "tools") {
    // A tool that is made by toolspec itself has the server's file.
    const source = server.tools.find((tool) => tool.name === name)?.source ?? `${server.source}/server.yaml`;
    return beginning(portable(server.source, source));
  }
  const lines = (readIfThere(join(folder, "server.yaml")) ?? "").split("\n");
  const line = lines.findIndex((one) => one.startsWith(`${block === "content" ? block : (factKeys[name] ?? name)}:`));
  return { file: shownAs("server.yaml"), line: line + 1 || 1 };
}

function problem(
  rule: string,
  message: string,
  { file, line }: { readonly file: string; readonly line: number },
  mend: string,
): Diagnostic {
  const start = { line, column: 1 };
  return { rule, severity: "error", message, span: { file, start, end: start }, mend };
}

/** Where a spec begins to say something: its first lines are comments. */
function firstKeyLine(path: string): number {
  const lines = (readIfThere(path) ?? "").split("\n");
  return Math.max(lines.findIndex((line) => /^[^\s#]/.test(line)) + 1, 1);
}
