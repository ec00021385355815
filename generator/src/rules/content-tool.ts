import { membersOf } from "../ir/content.ts";
import type { Finding, Rule, ToolDraft } from "../ir/draft.ts";
import { didYouMean } from "../spec/near.ts";
import type { Path } from "../spec/positions.ts";
import { shown } from "../spec/problem.ts";

/** A tool with `content:` reads a collection of server.yaml, by members and inputs that there are, and is a plain read. */
export const contentTool: Rule = ({ server, tools, collections, shared }) =>
  tools.flatMap((tool): Finding[] => {
    const { content, file } = tool;
    if (content === undefined) return [];
    const name = "list" in content ? content.list : content.get;
    const collection = collections.get(name);
    const refuse = (path: Path, message: string, mend: string): Finding => ({
      rule: "content-tool",
      file,
      path,
      message,
      mend,
    });
    const findings = [...needless(tool), ...inputFindings(tool)];
    if (collection === undefined) {
      if (server === undefined || server.broken.has("content")) return findings;
      const mend = didYouMean(name, collections.keys()) ?? `add it under content: of ${server.file.path}`;
      return [
        ...findings,
        refuse(["content", "list" in content ? "list" : "get"], `there is no content ${shown(name)}`, mend),
      ];
    }
    if (!("list" in content)) return findings;
    const members = Object.keys(membersOf(collection.schema, shared).properties);
    const unknown = content.fields.flatMap((field, index): Finding[] => {
      if (members.includes(field)) return [];
      const message = `entries of ${collection.name} have no member ${shown(field)}`;
      return [refuse(["content", "fields", index], message, didYouMean(field, members) ?? "remove it")];
    });
    return [...findings, ...unknown];
  });

/** Keys that say something of a request. */
function needless({ file, spec }: ToolDraft): Finding[] {
  const keys = (["disposition", "pagination", "timeout"] as const).filter((key) => spec[key] !== undefined);
  const wrong: readonly string[] = [
    ...keys,
    ...(spec.access === "write" ? ["access"] : []),
    ...((spec.dryRun ?? "none") === "none" ? [] : ["dryRun"]),
  ];
  return wrong.map((key) => {
    const message = `a tool that answers from content is a read without a request, so ${key} says nothing`;
    return { rule: "content-tool", file, path: [key], part: "key", message, mend: "remove it" };
  });
}

/** The input of `by` is there in every call; all others would go nowhere. */
function inputFindings({ file, broken, content, inputs }: ToolDraft): Finding[] {
  if (content === undefined || broken.has("inputs")) return [];
  const by = "get" in content ? content.by : undefined;
  const chosen = inputs.find(({ name }) => name === by);
  const findings: Finding[] = inputs
    .filter((input) => input !== chosen)
    .map(({ name, path }) => {
      const message = `${name} goes nowhere: content is chosen by ${by ?? "no input"}`;
      return { rule: "content-tool", file, path, part: "key", message, mend: "remove it" };
    });
  if (by !== undefined && chosen === undefined) {
    const names = inputs.map(({ name }) => name);
    const mend = didYouMean(by, names) ?? `add ${by}: string under inputs`;
    findings.push({
      rule: "content-tool",
      file,
      path: ["content", "by"],
      message: `there is no input ${shown(by)}`,
      mend,
    });
  }
  if (chosen?.optional && !(typeof chosen.schema === "object" && "default" in chosen.schema)) {
    const message = `${chosen.name} chooses the entry and cannot be left out`;
    findings.push({
      rule: "content-tool",
      file,
      path: chosen.path,
      part: "key",
      message,
      mend: `write ${chosen.name}:`,
    });
  }
  if (chosen !== undefined && !chosen.broken && chosen.written === undefined) {
    const message = `${chosen.name} has no type, and content has no contract to take it from`;
    findings.push({
      rule: "content-tool",
      file,
      path: chosen.path,
      part: "key",
      message,
      mend: `write ${chosen.name}: string`,
    });
  }
  return findings;
}
