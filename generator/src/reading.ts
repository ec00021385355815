import type { Diagnostic } from "./diagnostics.ts";
import type { Finding } from "./ir/draft.ts";
import type { Kept } from "./kept.ts";
import type { Contract } from "./openapi/contract.ts";
import { contractMaxBytes } from "./openapi/limits.ts";
import { type ContractResult, loadContract } from "./openapi/load.ts";
import { blotted } from "./spec/blot.ts";
import { compareDiagnostics } from "./spec/diagnostics-format.ts";
import type { SpecHost } from "./spec/host.ts";
import { type Problem, toDiagnostics } from "./spec/problem.ts";
import type { SpecFile } from "./spec/spec-file.ts";
import { readYaml } from "./spec/yaml.ts";

/** Bytes of a spec file (language, "What the generator promises"). */
const specMaxBytes = 1024 * 1024;

/** Tools of one server. Beyond that a list is of no use to any model, and reading it of no use to anyone. */
const toolsMax = 10_000;

export interface ToolFiles {
  /** Of all tool files, those that could not be read too. */
  readonly paths: readonly string[];
  readonly files: readonly SpecFile[];
}

/** One run over a folder: reads its files and gathers what is wrong with them. */
export class Reading {
  readonly #host: SpecHost;
  readonly #kept: Kept | undefined;
  readonly #texts = new Map<string, string>();
  readonly #problems = new Map<SpecFile, Problem[]>();
  readonly #diagnostics: Diagnostic[] = [];

  /** @param kept what an earlier run over this folder read */
  constructor(host: SpecHost, kept?: Kept) {
    this.#host = host;
    this.#kept = kept;
  }

  /** Text of each file that was read, by path; the values of literal secrets are blotted out. */
  get sources(): ReadonlyMap<string, string> {
    return this.#texts;
  }

  report(file: SpecFile, problems: readonly Problem[]): void {
    const known = this.#problems.get(file);
    if (known === undefined) this.#problems.set(file, [...problems]);
    else known.push(...problems);
  }

  find({ file, ...problem }: Finding): void {
    this.report(file, [problem]);
  }

  /** A problem of a file that has no text to point into. */
  refuse(path: string, rule: string, message: string, mend: string): void {
    const start = { line: 1, column: 1 };
    this.#diagnostics.push({ rule, severity: "error", message, span: { file: path, start, end: start }, mend });
  }

  async exists(path: string): Promise<boolean> {
    const slash = path.lastIndexOf("/");
    return (await this.#host.list(path.slice(0, slash)))?.includes(path.slice(slash + 1)) === true;
  }

  /** Read one spec file. */
  async spec(path: string): Promise<SpecFile | undefined> {
    const read = await this.#host.read(path, specMaxBytes);
    switch (read.kind) {
      case "missing":
        this.refuse(
          path,
          "missing-file",
          "there is no such file",
          "add it: a folder of specs is a server.yaml and tools/",
        );
        return undefined;
      case "too-large":
        this.refuse(
          path,
          "file-size",
          `${read.bytes} bytes are more than ${specMaxBytes}`,
          "split it: a spec is one tool",
        );
        return undefined;
      case "unreadable":
        this.refuse(path, "unreadable-file", read.reason, read.mend ?? "save it as UTF-8 text");
        return undefined;
      case "text": {
        this.#texts.set(path, read.text);
        const { file, diagnostics } = (this.#kept?.readYaml ?? readYaml)(path, read.text);
        this.#diagnostics.push(...diagnostics);
        return file;
      }
    }
  }

  /** Read all tool files of a folder, by name. */
  async tools(folder: string): Promise<ToolFiles> {
    const names = [...((await this.#host.list(folder)) ?? [])].sort();
    for (const name of names.filter((one) => one.endsWith("/"))) {
      this.refuse(
        `${folder}/${name}`.slice(0, -1),
        "tool-folder",
        "tools/ holds files only",
        "move its files up: the file name is the tool name",
      );
    }
    const specs = names.filter((name) => /^[^.].*\.ya?ml$/i.test(name));
    if (specs.length > toolsMax)
      this.refuse(folder, "too-many-tools", `${specs.length} tools are more than ${toolsMax}`, "split the server");
    const paths = specs.slice(0, toolsMax).map((name) => `${folder}/${name}`);
    const files = await Promise.all(paths.map((path) => this.spec(path)));
    return { paths, files: files.filter((file) => file !== undefined) };
  }

  /** Read all files of one collection, or all prompts, by name; `nouns` says what they are. No folder: none. */
  async texts(folder: string, { nouns, max }: { readonly nouns: string; readonly max: number }): Promise<ToolFiles> {
    const names = [...((await this.#host.list(folder)) ?? [])].sort();
    for (const name of names.filter((one) => !/^[^./][^/]*\.ya?ml$/i.test(one) && !one.startsWith("."))) {
      const path = `${folder}/${name}`.replace(/\/$/, "");
      this.refuse(path, "stray-file", `${folder} holds ${nouns} only`, "move it away, or name it <name>.yaml");
    }
    const specs = names.filter((name) => /^[^./][^/]*\.ya?ml$/i.test(name));
    if (specs.length > max)
      this.refuse(
        folder,
        "too-many-files",
        `${specs.length} ${nouns} are more than ${max}`,
        "leave out what nobody needs",
      );
    const paths = specs.slice(0, max).map((name) => `${folder}/${name}`);
    const files = await Promise.all(paths.map((path) => this.spec(path)));
    return { paths, files: files.filter((file) => file !== undefined) };
  }

  /** Names of the folders in a folder, `undefined` where there is no such folder. */
  async folders(folder: string): Promise<readonly string[] | undefined> {
    const names = await this.#host.list(folder);
    return names
      ?.filter((name) => name.endsWith("/") && !name.startsWith("."))
      .map((name) => name.slice(0, -1))
      .sort();
  }

  /** Read the contract; `missing` is called where there is no such file. */
  async contract(path: string, missing: () => void): Promise<Contract | undefined> {
    if (!(await this.exists(path))) {
      missing();
      return undefined;
    }
    const { contract, text, diagnostics } = await this.#loadContract(path);
    if (text !== undefined) this.#texts.set(path, text);
    this.#diagnostics.push(...diagnostics);
    return contract;
  }

  async #loadContract(path: string): Promise<ContractResult> {
    if (this.#kept === undefined) return await loadContract(path, this.#host);
    const read = await this.#host.read(path, contractMaxBytes);
    const known = read.kind === "text" ? this.#kept.contractOf(path, read.text) : undefined;
    if (known !== undefined) return known;
    const result = await loadContract(path, this.#host);
    this.#kept.keepContract(path, result);
    return result;
  }

  /** All that was found, each with its position, in a fixed order and each once. */
  diagnostics(): readonly Diagnostic[] {
    const positioned = [...this.#problems].flatMap(([file, problems]) => toDiagnostics(file, problems));
    const all = [...this.#diagnostics, ...positioned].sort(compareDiagnostics);
    this.#blot(all.filter(({ rule }) => rule === "literal-secret" || rule === "secret-default"));
    return all.filter((one, index) => index === 0 || compareDiagnostics(one, all[index - 1] as Diagnostic) !== 0);
  }

  /** A secret that stands in a file must not reach a terminal or a CI log through a code frame. */
  #blot(secrets: readonly Diagnostic[]): void {
    for (const { span } of secrets) {
      const text = this.#texts.get(span.file);
      if (text !== undefined) this.#texts.set(span.file, blotted(text, span));
    }
  }
}
