import type { ApprovalsIr, PromptIr, ServerIr } from "../ir/tool.ts";
import { type Change, type TellServer, tell } from "./change.ts";
import { compareAuth } from "./compare-auth.ts";
import { compareContent } from "./compare-content.ts";
import { compareTools } from "./compare-tools.ts";
import { compareToolsets } from "./compare-toolsets.ts";
import type { ChangeRuleId } from "./rules.ts";
import { isSame } from "./schema-change.ts";

/** All that changed of a server: itself, its tools, its prompts. */
export function compareServers(before: ServerIr, after: ServerIr): readonly Change[] {
  const told: TellServer = (rule, message, { path, ...values }) =>
    tell({ rule, message, ...values, place: { side: "after", file: `${after.source}/server.yaml`, path } });
  return [
    ...compareAddress(before, after, told),
    ...compareAuth(before, after, told),
    ...compareUpstream(before, after, told),
    ...compareApprovals(before.approvals, after.approvals, told),
    ...compareErrors(before, after, told),
    ...compareTools(before, after),
    ...compareToolsets(before, after, told),
    ...comparePrompts(before, after),
    ...compareContent(before, after),
    ...compareWords(before, after, told),
  ];
}

function compareAddress(before: ServerIr, after: ServerIr, told: TellServer): readonly Change[] {
  const changes: Change[] = [];
  const put = (rule: ChangeRuleId, what: string, was: unknown, is: unknown, path: readonly string[]) => {
    if (!isSame(was ?? null, is ?? null)) {
      const values = { before: was ?? "none", after: is ?? "none" };
      changes.push(
        told(rule, `${what}: ${String(values.after)}, it was ${String(values.before)}`, { ...values, path }),
      );
    }
  };
  put("server-renamed", "name", before.name, after.name, ["name"]);
  put("mcp-path-changed", "mcp.path", before.mcp.path, after.mcp.path, ["mcp", "path"]);
  const shows = after.mcp.toolsList === "all" ? "list-widened" : "list-narrowed";
  put(shows, "mcp.toolsList", before.mcp.toolsList, after.mcp.toolsList, ["mcp", "toolsList"]);
  return changes;
}

function compareUpstream(before: ServerIr, after: ServerIr, told: TellServer): readonly Change[] {
  const changes: Change[] = [];
  const [was, is] = [before.upstream, after.upstream];
  if (was.url !== is.url) {
    const values = { before: was.url, after: is.url, path: ["upstream", "url"] };
    changes.push(told("upstream-changed", `upstream.url: ${is.url}, it was ${was.url}`, values));
  }
  // Their kinds alone are shown: what else stands there leads to secrets.
  if (!isSame(was.credentials, is.credentials)) {
    const [from, to] = [was.credentials.kind, is.credentials.kind];
    const rule = to === "forward" ? "credentials-forwarded" : "credentials-changed";
    const what = from === to ? `${to} in another way` : `${to}, it was ${from}`;
    changes.push(
      told(rule, `upstream.credentials: ${what}`, { before: from, after: to, path: ["upstream", "credentials"] }),
    );
  }
  if (!isSame(before.relay ?? null, after.relay ?? null)) {
    const kind = after.relay === undefined ? "removed" : before.relay === undefined ? "added" : "changed";
    changes.push(told(`relay-${kind}`, `relay: the co-signature is ${kind}`, { path: ["relay"] }));
  }
  return changes;
}

function compareApprovals(
  before: ApprovalsIr | undefined,
  after: ApprovalsIr | undefined,
  told: TellServer,
): readonly Change[] {
  const path = ["approvals"];
  if (before === undefined || after === undefined) {
    if (before === after) return [];
    return after === undefined
      ? [told("approvals-removed", "no call can wait for an operator any more", { path })]
      : [told("approvals-tightened", "calls can wait for an operator now", { path })];
  }
  const changes: Change[] = [];
  const facts = [
    ["approvers", after.approvers < before.approvers],
    ["expiresInMs", after.expiresInMs > before.expiresInMs],
  ] as const;
  for (const [fact, isLoosened] of facts) {
    if (before[fact] === after[fact]) continue;
    const message = `approvals.${fact}: ${after[fact]}, it was ${before[fact]}`;
    const values = { before: before[fact], after: after[fact], path };
    changes.push(told(isLoosened ? "approvals-loosened" : "approvals-tightened", message, values));
  }
  for (const fact of ["pollPath", "events"] as const) {
    if (before[fact] === after[fact]) continue;
    const message = `approvals.${fact}: ${after[fact]}, it was ${before[fact]}`;
    changes.push(told("poll-path-changed", message, { before: before[fact], after: after[fact], path }));
  }
  return changes;
}

function compareErrors(before: ServerIr, after: ServerIr, told: TellServer): readonly Change[] {
  const codes = [...new Set([...Object.keys(before.errors), ...Object.keys(after.errors)])];
  return codes.flatMap((code): readonly Change[] => {
    const [was, is] = [before.errors[code], after.errors[code]];
    if (isSame(was ?? null, is ?? null)) return [];
    const path = ["errors", code];
    const values = { before: was?.rpc ?? "a tool result", after: is?.rpc ?? "a tool result", path };
    return was?.rpc === is?.rpc
      ? [told("error-reworded", `errors.${code}: its words changed`, { path })]
      : [told("error-changed", `errors.${code}: ${values.after}, it was ${values.before}`, values)];
  });
}

function comparePrompts(before: ServerIr, after: ServerIr): readonly Change[] {
  const fileOf = (server: ServerIr, { name }: PromptIr) => `${server.source}/prompts/${name}.yaml`;
  const old = new Map(before.prompts.map((prompt) => [prompt.name, prompt]));
  const changes = after.prompts.flatMap((prompt): readonly Change[] => {
    const told = (rule: ChangeRuleId, message: string, path: readonly string[] = []) =>
      tell({
        rule,
        message,
        subject: `prompt ${prompt.name}`,
        place: { side: "after", file: fileOf(after, prompt), path },
      });
    const earlier = old.get(prompt.name);
    if (earlier === undefined) return [told("prompt-added", `the prompt ${prompt.name} is new`)];
    const words = ["title", "description", "text"] as const;
    return [
      ...compareArguments(earlier, prompt, told),
      ...words
        .filter((word) => earlier[word] !== prompt[word])
        .map((word) => told("reworded", `${word} changed`, [word])),
    ];
  });
  const kept = new Set(after.prompts.map(({ name }) => name));
  const gone = before.prompts.filter(({ name }) => !kept.has(name));
  return [
    ...changes,
    ...gone.map((prompt) =>
      tell({
        rule: "prompt-removed",
        message: `the prompt ${prompt.name} is gone`,
        subject: `prompt ${prompt.name}`,
        place: { side: "before", file: fileOf(before, prompt), path: [] },
      }),
    ),
  ];
}

function compareArguments(
  before: PromptIr,
  after: PromptIr,
  told: (rule: ChangeRuleId, message: string, path?: readonly string[]) => Change,
): readonly Change[] {
  const path = ["arguments"];
  const added = after.arguments.flatMap(({ name, required, ...words }): readonly Change[] => {
    const earlier = before.arguments.find((one) => one.name === name);
    if (earlier?.required !== true && required)
      return [told("prompt-argument-required", `the argument ${name} is required now`, [...path, name])];
    if (earlier === undefined) return [told("prompt-argument-added", `the argument ${name} is new`, [...path, name])];
    const isReworded = earlier.description !== words.description || earlier.otherwise !== words.otherwise;
    return isReworded || earlier.required !== required
      ? [told("reworded", `the argument ${name} is described otherwise`, [...path, name])]
      : [];
  });
  const gone = before.arguments.filter(({ name }) => !after.arguments.some((one) => one.name === name));
  return [...added, ...gone.map(({ name }) => told("prompt-argument-removed", `the argument ${name} is gone`, path))];
}

function compareWords(before: ServerIr, after: ServerIr, told: TellServer): readonly Change[] {
  const words = [
    "title",
    "description",
    "instructions",
    "website",
    "scopes",
    "withheld",
    "groups",
    "pagination",
  ] as const;
  return words
    .filter((word) => !isSame(before[word] ?? null, after[word] ?? null))
    .map((word) =>
      told("reworded", `${word} changed`, {
        before: before[word] ?? "none",
        after: after[word] ?? "none",
        path: [word],
      }),
    );
}
