import type { Diagnostic } from "../diagnostics.ts";
import { jsonPositions } from "../spec/json-positions.ts";
import { lineIndex } from "../spec/line-index.ts";
import { jsonTooDeep } from "../spec/nesting.ts";
import type { YamlResult } from "../spec/yaml.ts";
import { contractLimits, yamlMaxLength } from "./limits.ts";

/**
 * What the language refuses in a spec, but a document from elsewhere may hold: its numbers are rounded as every JSON parser rounds
 * them, of two equal keys the first counts, tags say nothing.
 */
const tolerated: ReadonlySet<string> = new Set(["yaml-number", "duplicate-key", "yaml-tag", "forbidden-key"]);

/** Read the text of a document, JSON or YAML, as plain data with positions. */
export async function parseDocument(path: string, text: string): Promise<YamlResult> {
  const json = /^\s*[{[]/.test(text) ? readJson(path, text) : undefined;
  if (json !== undefined) return json;
  if (text.length > yamlMaxLength) return tooLarge(path, text.length);
  // Costs to import, so only those pay who need it.
  const { readYaml } = await import("../spec/yaml.ts");
  const { file, diagnostics } = readYaml(path, text, contractLimits);
  return { file, diagnostics: diagnostics.map(asWarning) };
}

function asWarning(diagnostic: Diagnostic): Diagnostic {
  return tolerated.has(diagnostic.rule) ? { ...diagnostic, severity: "warning" } : diagnostic;
}

/** JSON by the engine's own parser, a hundred times as fast; nothing if it is none (YAML then says where and why). */
function readJson(path: string, text: string): YamlResult | undefined {
  if (jsonTooDeep(text, contractLimits.depthMax)) return undefined;
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return undefined;
  }
  const lines = lineIndex(path, text);
  const find = jsonPositions(text);
  return {
    file: { path, text, data, at: (steps, part = "value") => lines.span(...find(steps, part)) },
    diagnostics: [],
  };
}

function tooLarge(path: string, length: number): YamlResult {
  const start = { line: 1, column: 1 };
  return {
    file: undefined,
    diagnostics: [
      {
        rule: "file-size",
        severity: "error",
        message: `${length} characters of YAML are more than ${yamlMaxLength}`,
        span: { file: path, start, end: start },
        mend: "convert it to JSON",
      },
    ],
  };
}
