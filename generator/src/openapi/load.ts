import type { Diagnostic } from "../diagnostics.ts";
import type { OpenApiDocument } from "../ir/tool.ts";
import type { SpecHost } from "../spec/host.ts";
import { roughlyTooDeep } from "../spec/nesting.ts";
import type { YamlLimits } from "../spec/plain.ts";
import type { Path } from "../spec/positions.ts";
import { type Problem, shown, toDiagnostics } from "../spec/problem.ts";
import type { SpecFile } from "../spec/spec-file.ts";
import { readYaml, type YamlResult } from "../spec/yaml.ts";
import { type Contract, isObject } from "./contract.ts";
import { partAt, stepsOf } from "./resolve.ts";

/** Bytes of a JSON contract. GitHub's, among the largest, has 12 MiB. */
export const contractMaxBytes = 32 * 1024 * 1024;
/** Bytes of a YAML contract: its nodes cost memory, about two hundred bytes for each of its own. */
const yamlMaxBytes = 2 * 1024 * 1024;
/** Bytes of JSON in which a problem's line and column are still looked up. */
const positionsMaxBytes = 1024 * 1024;
/** Contracts are generated more often than specs, and then share a few values by alias. */
const contractLimits: YamlLimits = { depthMax: 200, aliasesMax: 20, valuesMax: 1_000_000 };

export interface ContractResult {
  readonly contract: Contract | undefined;
  readonly text: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Read an OpenAPI 3.0 or 3.1 document, JSON or YAML, whose references are all local and all lead somewhere. */
export async function loadContract(path: string, host: SpecHost): Promise<ContractResult> {
  const read = await host.read(path, contractMaxBytes);
  switch (read.kind) {
    case "missing":
      return refused(
        path,
        "missing-file",
        "there is no such file",
        "name the contract in upstream.openapi of server.yaml",
      );
    case "too-large":
      return refused(
        path,
        "file-size",
        `${read.bytes} bytes are more than ${contractMaxBytes}`,
        "leave out what no tool needs",
      );
    case "unreadable":
      return refused(path, "unreadable-file", read.reason, read.mend ?? "save it as UTF-8 text");
    case "text":
      return fromText(path, read.text);
  }
}

function fromText(path: string, text: string): ContractResult {
  const json = text.trimStart().startsWith("{") ? readJson(path, text) : undefined;
  if (json === undefined && text.length > yamlMaxBytes) {
    return refused(
      path,
      "file-size",
      `${text.length} characters of YAML are more than ${yamlMaxBytes}`,
      "convert it to JSON",
    );
  }
  const { file, diagnostics } = json ?? readYaml(path, text, contractLimits);
  if (file === undefined || diagnostics.length > 0) return { contract: undefined, text, diagnostics };
  const problems = [...documentProblems(file.data), ...referenceProblems(file.data)];
  if (problems.length > 0) return { contract: undefined, text, diagnostics: toDiagnostics(file, problems) };
  return { contract: { file, document: file.data as OpenApiDocument }, text, diagnostics: [] };
}

/** JSON by the engine's own parser, a hundred times as fast; nothing if it is none (YAML then says where and why). */
function readJson(path: string, text: string): YamlResult | undefined {
  if (roughlyTooDeep(text, contractLimits.depthMax) !== undefined) return undefined;
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return undefined;
  }
  const start = { file: path, start: { line: 1, column: 1 }, end: { line: 1, column: 2 } };
  let located: SpecFile | undefined;
  const at: SpecFile["at"] = (steps, part) => {
    if (text.length > positionsMaxBytes) return start;
    located ??= readYaml(path, text, contractLimits).file;
    return located?.at(steps, part) ?? start;
  };
  return { file: { path, text, data, at }, diagnostics: [] };
}

function documentProblems(data: unknown): Problem[] {
  if (!isObject(data)) {
    return [
      {
        rule: "invalid-contract",
        path: [],
        message: `expected an OpenAPI document, got ${shown(data)}`,
        mend: 'begin with openapi: "3.1.0"',
      },
    ];
  }
  if (typeof data.openapi !== "string" || !/^3\.[01]\.\d+/.test(data.openapi)) {
    const found = data.openapi ?? data.swagger;
    const message = `expected OpenAPI 3.0 or 3.1, got ${found === undefined ? "no version" : shown(found)}`;
    const mend = data.swagger === undefined ? 'write openapi: "3.1.0"' : "convert it to OpenAPI 3";
    return [{ rule: "invalid-contract", path: [data.openapi === undefined ? "swagger" : "openapi"], message, mend }];
  }
  if (!isObject(data.paths)) {
    return [
      {
        rule: "invalid-contract",
        path: ["paths"],
        message: `paths: expected a map, got ${shown(data.paths)}`,
        mend: "add paths:",
      },
    ];
  }
  return [];
}

/** References that are not local or lead nowhere, wherever they stand: whatever reads the document would trip over them. */
function referenceProblems(document: unknown): Problem[] {
  const problems: Problem[] = [];
  const verdicts = new Map<string, boolean>();
  const leadsSomewhere = (ref: string) => {
    const steps = stepsOf(ref);
    return steps !== undefined && partAt(document, steps) !== undefined;
  };
  const walk = (value: unknown, path: Path) => {
    if (typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) {
      value.forEach((item, index) => {
        if (typeof item === "object") walk(item, [...path, index]);
      });
      return;
    }
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner === "object") walk(inner, [...path, key]);
      else if (key === "$ref" && typeof inner === "string") {
        const good = verdicts.get(inner) ?? leadsSomewhere(inner);
        verdicts.set(inner, good);
        if (!good) problems.push(badReference(inner, [...path, key]));
      }
    }
  };
  walk(document, []);
  return problems;
}

function badReference(ref: string, path: Path): Problem {
  if (ref.startsWith("#")) {
    return {
      rule: "unknown-ref",
      path,
      message: `${shown(ref)} leads nowhere`,
      mend: "refer to a part of this document",
    };
  }
  const message = `${shown(ref)} is outside this document`;
  return {
    rule: "remote-ref",
    path,
    message,
    mend: "copy it here: references to other files and hosts are not followed",
  };
}

function refused(path: string, rule: string, message: string, mend: string): ContractResult {
  const span = { file: path, start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };
  return { contract: undefined, text: undefined, diagnostics: [{ rule, severity: "error", message, span, mend }] };
}
