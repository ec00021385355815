import type { Diagnostic } from "../diagnostics.ts";
import type { OpenApiDocument } from "../ir/tool.ts";
import type { SpecHost } from "../spec/host.ts";
import { type Problem, shown, toDiagnostics } from "../spec/problem.ts";
import type { SpecFile } from "../spec/spec-file.ts";
import { type Contract, isObject, type ObjectValue } from "./contract.ts";
import { mayIdentify } from "./identifiers.ts";
import { contractMaxBytes } from "./limits.ts";
import { parseDocument } from "./parse.ts";
import { repair } from "./repair/repair.ts";
import { upgradeSwagger, withSwaggerPaths } from "./upgrade.ts";

export type DocumentVersion = "2.0" | "3.0" | "3.1";

export interface DocumentResult {
  /** Absent where the document cannot be used at all; one diagnostic then says why. */
  readonly contract: Contract | undefined;
  /** For code frames. */
  readonly text: string | undefined;
  /** Errors where there is no contract; else a warning for each repair. */
  readonly diagnostics: readonly Diagnostic[];
  /** As the document states it; it is read as 3.0 where that is 2.0. */
  readonly version: DocumentVersion | undefined;
}

/**
 * Read an OpenAPI document as it comes from anywhere: 2.0, 3.0 or 3.1, JSON or YAML.
 *
 * The contract is 3.0 or 3.1, and sound: what could be mended was, with a warning, and operations that could not be are in
 * `contract.unusable`. Reading the contract's own document again finds nothing to mend.
 */
export async function readDocument(path: string, host: SpecHost): Promise<DocumentResult> {
  const read = await host.read(path, contractMaxBytes);
  switch (read.kind) {
    case "missing":
      return refused(path, "missing-file", "there is no such file", "check the path of the OpenAPI document");
    case "too-large": {
      const message = `${read.bytes} bytes are more than ${contractMaxBytes}`;
      return refused(path, "file-size", message, "leave out what no tool needs");
    }
    case "unreadable":
      return refused(path, "unreadable-file", read.reason, read.mend ?? "save it as UTF-8 text");
    case "text":
      return fromText(path, read.text);
  }
}

async function fromText(path: string, text: string): Promise<DocumentResult> {
  const { file, diagnostics } = await parseDocument(path, text);
  if (file === undefined || diagnostics.some(({ severity }) => severity === "error"))
    return { contract: undefined, text, diagnostics, version: undefined };
  const version = versionOf(file.data);
  if (typeof version !== "string") {
    return { contract: undefined, text, diagnostics: toDiagnostics(file, [version]), version: undefined };
  }
  const upgraded = await toThree(file, version);
  if ("problem" in upgraded)
    return { contract: undefined, text, diagnostics: toDiagnostics(file, [upgraded.problem]), version };
  const { document, problems, unusable } = repair(upgraded.file.data as ObjectValue, {
    identifies: mayIdentify(text),
  });
  const found = [...diagnostics, ...toDiagnostics(upgraded.file, problems)];
  if (document === undefined) return { contract: undefined, text, diagnostics: found, version };
  const contract = { file: { ...upgraded.file, data: document }, document, unusable };
  return { contract, text, diagnostics: found, version };
}

/** The version that a document states, or why it is none that can be read. YAML takes 2.0, 3.0 and 3.1 for numbers. */
function versionOf(data: unknown): DocumentVersion | Problem {
  if (!isObject(data))
    return invalid([], `expected an OpenAPI document, got ${shown(data)}`, 'begin with openapi: "3.1.0"');
  const written = data.openapi ?? data.swagger;
  const text = typeof written === "number" ? written.toFixed(1) : written;
  const [version] = typeof text === "string" ? (/^[23]\.\d+/.exec(text.trim()) ?? []) : [];
  if (version === "3.0" && data.openapi !== undefined) return "3.0";
  if ((version === "3.1" || version === "3.2") && data.openapi !== undefined) return "3.1";
  if (version === "2.0") return "2.0";
  const found = written === undefined ? "no version" : shown(written);
  const path = data.openapi === undefined ? "swagger" : "openapi";
  const mend = data.swaggerVersion === undefined ? 'write openapi: "3.1.0"' : "convert it to Swagger 2.0 or OpenAPI 3";
  return invalid([path], `expected Swagger 2.0 or OpenAPI 3.0 or 3.1, got ${found}`, mend);
}

async function toThree(
  file: SpecFile,
  version: DocumentVersion,
): Promise<{ readonly file: SpecFile } | { readonly problem: Problem }> {
  const data = file.data as OpenApiDocument;
  if (version !== "2.0") return { file: { ...file, data: { ...data, openapi: openapiOf(data.openapi, version) } } };
  try {
    return { file: withSwaggerPaths(file, await upgradeSwagger(data)) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `it cannot be read as Swagger 2.0: ${reason}`;
    return {
      problem: invalid([], message, "compare it with the Swagger 2.0 specification, or convert it to OpenAPI 3"),
    };
  }
}

function openapiOf(written: unknown, version: DocumentVersion): string {
  return typeof written === "string" && /^3\.[01]\.\d+/.test(written) ? written : version === "3.0" ? "3.0.3" : "3.1.0";
}

function invalid(path: readonly string[], message: string, mend: string): Problem {
  return { rule: "invalid-contract", path, message, mend };
}

function refused(path: string, rule: string, message: string, mend: string): DocumentResult {
  const span = { file: path, start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };
  const problem: Diagnostic = { rule, severity: "error", message, span, mend };
  return { contract: undefined, text: undefined, diagnostics: [problem], version: undefined };
}
