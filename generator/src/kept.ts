import type { CollectionDraft } from "./ir/content.ts";
import type { ToolDraft } from "./ir/draft.ts";
import type { ServerDraft } from "./ir/server-draft.ts";
import type { SharedSchemas } from "./ir/shared-schemas.ts";
import type { Contract } from "./openapi/contract.ts";
import type { ContractResult } from "./openapi/load.ts";
import type { Problem } from "./spec/problem.ts";
import type { SpecFile } from "./spec/spec-file.ts";
import { readYaml, type YamlResult } from "./spec/yaml.ts";

/** What a tool file came to, and how it used the shared schemas on the way. */
export interface KeptTool {
  readonly file: SpecFile;
  readonly draft: ToolDraft;
  readonly problems: readonly Problem[];
  /** Each use of the shared schemas, in order: equal uses leave them equal. */
  readonly uses: readonly string[];
}

/** What all tools of a run were read against. */
export interface KeptWorld {
  readonly server: ServerDraft;
  readonly contract: Contract | undefined;
  readonly contractName: string;
  readonly shared: SharedSchemas;
  readonly collections: ReadonlyMap<string, CollectionDraft>;
  /** Files of the content and of prompts, in order: others make another world. */
  readonly others: readonly SpecFile[];
  readonly tools: readonly KeptTool[];
}

/**
 * What one run over a folder found out, for the next run over the same folder: files by their text, and drafts as long as
 * all that they were read against is the same. It saves work and changes no result.
 */
export class Kept {
  /** Of the last run; a run that fails leaves none. */
  world: KeptWorld | undefined;
  #files = new Map<string, { readonly text: string; readonly result: YamlResult }>();
  #touched = new Set<string>();
  #contract: { readonly path: string; readonly text: string; readonly result: ContractResult } | undefined;

  /** As `readYaml`; the same text of the same path gives the same file. */
  readonly readYaml = (path: string, text: string): YamlResult => {
    this.#touched.add(path);
    const known = this.#files.get(path);
    if (known?.text === text) return known.result;
    const result = readYaml(path, text);
    this.#files.set(path, { text, result });
    return result;
  };

  /** The contract as it was read, if its text is the same. */
  contractOf(path: string, text: string): ContractResult | undefined {
    return this.#contract?.path === path && this.#contract.text === text ? this.#contract.result : undefined;
  }

  keepContract(path: string, result: ContractResult): void {
    if (result.text !== undefined) this.#contract = { path, text: result.text, result };
  }

  /** Forget files that the run which ends now has not read. */
  endRun(): void {
    for (const path of this.#files.keys()) if (!this.#touched.has(path)) this.#files.delete(path);
    this.#touched = new Set();
  }
}
