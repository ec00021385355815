import type { ServerIr, ToolIr } from "../ir/tool.ts";
import { type Change, type Told, tell } from "./change.ts";
import { compareInputs } from "./compare-inputs.ts";
import { compareOutputs } from "./compare-outputs.ts";
import { compareRequests } from "./compare-requests.ts";
import type { ChangeRuleId } from "./rules.ts";
import { isSame } from "./schema-change.ts";
import { compareDispositions, compareScopes, dispositionText, scopeText } from "./strictness.ts";
import type { ToolPair } from "./tool-pair.ts";

/** What changed of all tools, in the order of the new list; what is gone comes last. */
export function compareTools(before: ServerIr, after: ServerIr): readonly Change[] {
  const old = new Map(before.tools.map((tool) => [tool.name, tool]));
  const renamed = renamedTools(before, after);
  const changes = after.tools.flatMap((tool): readonly Change[] => {
    const earlier = old.get(tool.name) ?? renamed.get(tool.name);
    if (earlier === undefined) {
      return [toolChange(tool, "after", { rule: "tool-added", message: `the tool ${tool.name} is new` })];
    }
    return compareTool(earlier, tool, { before, after });
  });
  const kept = new Set([...after.tools.map(({ name }) => name), ...[...renamed.values()].map(({ name }) => name)]);
  const gone = before.tools.filter(({ name }) => !kept.has(name));
  return [
    ...changes,
    ...gone.map((tool) =>
      toolChange(tool, "before", { rule: "tool-removed", message: `the tool ${tool.name} is gone` }),
    ),
  ];
}

function toolChange(tool: ToolIr, side: "before" | "after", told: Pick<Told, "rule" | "message">): Change {
  return tell({ ...told, subject: tool.name, place: { side, file: tool.source, path: [] } });
}

/** New names of tools that send the request of exactly one that is gone: by what they do, they are the same. */
function renamedTools(before: ServerIr, after: ServerIr): ReadonlyMap<string, ToolIr> {
  const names = (server: ServerIr) => new Set(server.tools.map(({ name }) => name));
  const [was, is] = [names(before), names(after)];
  const gone = Map.groupBy(
    before.tools.filter(({ name }) => !is.has(name)),
    requestKey,
  );
  const come = Map.groupBy(
    after.tools.filter(({ name }) => !was.has(name)),
    requestKey,
  );
  const renamed = new Map<string, ToolIr>();
  for (const [key, tools] of come) {
    const [tool, ...others] = tools;
    const [earlier, ...rivals] = gone.get(key) ?? [];
    if (key === "" || tool === undefined || earlier === undefined || others.length + rivals.length > 0) continue;
    renamed.set(tool.name, earlier);
  }
  return renamed;
}

function requestKey({ request, content }: ToolIr): string {
  if (request !== undefined) return `${request.method} ${request.path} ${JSON.stringify(request.constants)}`;
  return content === undefined ? "" : JSON.stringify(content);
}

function compareTool(before: ToolIr, after: ToolIr, servers: ToolPair["servers"]): readonly Change[] {
  const subject = after.name;
  const pair: ToolPair = {
    before,
    after,
    servers,
    told: ({ path = [], ...change }) =>
      tell({ ...change, subject, place: { side: "after", file: after.source, path } }),
  };
  return [
    ...compareNames(pair),
    ...compareScope(pair),
    ...compareDisposition(pair),
    ...compareDryRun(pair),
    ...compareRequests(pair),
    ...compareHints(pair),
    ...compareInputs(pair),
    ...compareOutputs(pair),
    ...compareWords(pair),
  ];
}

function compareNames({ before, after, told }: ToolPair): readonly Change[] {
  if (before.name === after.name) return [];
  const message = `the tool is called ${after.name} now: it sends the request of ${before.name}, which is gone`;
  return [told({ rule: "tool-renamed", message, before: before.name, after: after.name })];
}

function compareScope({ before, after, told }: ToolPair): readonly Change[] {
  const { loosened, tightened } = compareScopes(before.scope, after.scope);
  if (!loosened && !tightened) return [];
  const [was, is] = [scopeText(before.scope), scopeText(after.scope)];
  const rule: ChangeRuleId = loosened && tightened ? "scope-changed" : loosened ? "scope-dropped" : "scope-needed";
  const concerns = tightened ? { concerns: `agents with scope ${was}, without ${is}` } : {};
  const message = `scope: ${is} is needed, it was ${was}`;
  return [told({ rule, message, before: was, after: is, path: ["scope"], ...concerns })];
}

function compareDisposition({ before, after, told }: ToolPair): readonly Change[] {
  const { loosened, tightened } = compareDispositions(before.disposition, after.disposition);
  if (!loosened && !tightened) return [];
  const [was, is] = [dispositionText(before.disposition), dispositionText(after.disposition)];
  const rule: ChangeRuleId =
    loosened && tightened ? "disposition-changed" : loosened ? "disposition-loosened" : "disposition-tightened";
  return [told({ rule, message: `disposition: ${is}, it was ${was}`, before: was, after: is, path: ["disposition"] })];
}

function compareDryRun({ before, after, told }: ToolPair): readonly Change[] {
  if (before.dryRun === after.dryRun) return [];
  const rule: ChangeRuleId =
    after.dryRun === "none" ? "dry-run-removed" : before.dryRun === "none" ? "dry-run-added" : "dry-run-changed";
  const message = `dryRun: ${after.dryRun}, it was ${before.dryRun}`;
  return [told({ rule, message, before: before.dryRun, after: after.dryRun, path: ["dryRun"] })];
}

/** Clients ask a person less often where a tool says that it only reads, or destroys nothing. */
function compareHints({ before, after, told }: ToolPair): readonly Change[] {
  const asks = ({ annotations }: ToolIr) => ({
    readOnlyHint: !annotations.readOnlyHint,
    destructiveHint: annotations.destructiveHint,
    openWorldHint: annotations.openWorldHint,
    idempotentHint: !annotations.idempotentHint,
  });
  const [was, is] = [asks(before), asks(after)];
  return (Object.keys(was) as (keyof typeof was)[])
    .filter((hint) => was[hint] !== is[hint])
    .map((hint) =>
      told({
        rule: is[hint] ? "hints-tightened" : "hints-loosened",
        message: `${hint}: ${after.annotations[hint]}, it was ${before.annotations[hint]}`,
        before: before.annotations[hint],
        after: after.annotations[hint],
        path: ["annotations", hint],
      }),
    );
}

function compareWords({ before, after, told }: ToolPair): readonly Change[] {
  const words = ["title", "description", "examples", "plan", "tags", "pagination", "timeoutMs", "notes"] as const;
  const reworded = words
    .filter((word) => !isSame(before[word] ?? null, after[word] ?? null))
    .map((word) =>
      told({
        rule: "reworded",
        message: `${word} changed`,
        before: before[word] ?? "none",
        after: after[word] ?? "none",
        path: [word],
      }),
    );
  if (isSame(before.deprecated ?? null, after.deprecated ?? null)) return reworded;
  const { deprecated } = after;
  if (deprecated === undefined)
    return [...reworded, told({ rule: "tool-restored", message: "is no longer deprecated" })];
  const instead = deprecated.use === undefined ? "" : `, use ${deprecated.use}`;
  const message = `is deprecated since ${deprecated.since}${instead}`;
  return [...reworded, told({ rule: "tool-deprecated", message, path: ["deprecated"] })];
}
