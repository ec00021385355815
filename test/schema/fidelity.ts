/**
 * `npm run fidelity [document…]`: whether validators decide as their schemas do, over JSON-Schema-Test-Suite and real documents.
 *
 * Reads `../shared` beside the project (or `TOOLSPEC_SHARED`), and OpenAPI documents that are named. Exit code 1: something is
 * decided wrongly or altered, or more is refused than was.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { loadContract } from "../../generator/src/openapi/load.ts";
import type { Side } from "../../generator/src/schema/scope.ts";
import { diskHost } from "../../generator/src/spec/host.ts";
import { instancesOf, randomFrom } from "./instances.ts";
import { compiled, type Read, readSchema, readSchemas, refereeOf, refusalOf } from "./judge.ts";
import { isKept } from "./kept.ts";

const root = resolve(import.meta.dirname, "../..");
const places = [process.env.TOOLSPEC_SHARED, join(root, "../shared"), join(root, "../../shared")];
const shared = places.find((place) => place !== undefined && existsSync(join(place, "corpus")));
/** Values for each schema; half of them altered. */
const instancesPerSchema = 40;

/** Percent of decisions, and of schemas wholly right, below which something has been lost; what is missing is refused by name. */
interface Floor {
  readonly decisions: number;
  readonly schemas: number;
}

/** The suite takes `format` for an annotation, and this door checks it, as clients do; the optional part is about formats mostly. */
const floors = {
  "draft2020-12": { decisions: 98.5, schemas: 95 },
  draft7: { decisions: 100, schemas: 100 },
  documents: { decisions: 99.9, schemas: 99.5 },
} as const;

class Tally {
  schemas = 0;
  schemasRight = 0;
  decisions = 0;
  right = 0;
  asReferee = 0;
  altered = 0;
  readonly refused = new Map<string, number>();
  readonly wrong: string[] = [];
  readonly #floor: Floor;

  constructor(floor: Floor = { decisions: 0, schemas: 0 }) {
    this.#floor = floor;
  }

  get isLow(): boolean {
    const { decisions, schemas } = this.#floor;
    return 100 * this.right < decisions * this.decisions || 100 * this.schemasRight < schemas * this.schemas;
  }

  refuse(construct: string, decisions: number): void {
    this.decisions += decisions;
    this.refused.set(construct, (this.refused.get(construct) ?? 0) + 1);
  }

  print(title: string): void {
    const share = (part: number, whole: number) => `${((100 * part) / Math.max(whole, 1)).toFixed(2)} %`;
    const refused = [...this.refused].toSorted(([, a], [, b]) => b - a);
    console.log(`\n${title}`);
    console.log(`  decisions right        ${share(this.right, this.decisions)} of ${this.decisions}`);
    console.log(`  schemas wholly right   ${share(this.schemasRight, this.schemas)} of ${this.schemas}`);
    if (this.asReferee > 0) console.log(`  as Ajv, not the suite  ${this.asReferee}`);
    console.log(`  altered on the way     ${this.altered}`);
    console.log(`  WRONG                  ${this.wrong.length}`);
    for (const [construct, count] of refused) console.log(`  refused ${String(count).padStart(5)}  ${construct}`);
    const { decisions, schemas } = this.#floor;
    if (this.isLow) console.log(`  BELOW ${decisions} % of decisions or ${schemas} % of schemas`);
    for (const line of this.wrong.slice(0, 20)) console.log(`  WRONG ${line.slice(0, 400)}`);
  }
}

if (shared === undefined) {
  console.error("fidelity: no corpus. Put it at ../shared beside the project, or name its place in TOOLSPEC_SHARED.");
  process.exit(2);
}
const suite = join(shared, "json-schema-test-suite");
const tallies = (["draft2020-12", "draft7"] as const).flatMap((draft) => [
  runSuite(suite, draft, "required"),
  runSuite(suite, draft, "optional"),
]);
tallies.push(await runDocuments(process.argv.length > 2 ? process.argv.slice(2) : corpusOf(join(shared, "corpus"))));
process.exitCode = tallies.some(({ wrong, altered, isLow }) => wrong.length > 0 || altered > 0 || isLow) ? 1 : 0;

interface Group {
  readonly description: string;
  readonly schema: unknown;
  readonly tests: readonly { readonly description: string; readonly data: unknown; readonly valid: boolean }[];
}

type Draft = "draft2020-12" | "draft7";

/** The suite is read as it is. What its schemas refer to by address is in its `remotes`, known as a person would make it known. */
function runSuite(suite: string, draft: Draft, part: "required" | "optional"): Tally {
  const tally = new Tally(part === "required" ? floors[draft] : undefined);
  const folder = join(suite, "tests", draft, part === "optional" ? "optional" : "");
  const documents = remotesOf(join(suite, "remotes"), draft);
  for (const file of jsonFiles(folder, part === "optional")) {
    for (const group of JSON.parse(readFileSync(join(folder, file), "utf8")) as Group[])
      judgeGroup(`${file}: ${group.description}`, { ...group, schema: inDraft(group.schema, draft) }, documents, tally);
  }
  tally.print(`JSON-Schema-Test-Suite ${draft}, ${part} tests, as is`);
  return tally;
}

function jsonFiles(folder: string, recursive: boolean): readonly string[] {
  const files = readdirSync(folder, { recursive, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
  return files.toSorted();
}

/** By the addresses under which the suite's own README has them served. */
function remotesOf(folder: string, draft: Draft): ReadonlyMap<string, unknown> {
  const isOwn = (file: string) =>
    file.startsWith(`${draft}/`) || !/^(?:draft|v\d)/.test(file) || file.startsWith("draft2019-09/");
  return new Map(
    jsonFiles(folder, true)
      .filter(isOwn)
      .map((file) => {
        const document: unknown = JSON.parse(readFileSync(join(folder, file), "utf8"));
        return [`http://localhost:1234/${file}`, inDraft(document, draft)];
      }),
  );
}

/** The folder says which draft its schemas are in; draft 7's own files do not. */
function inDraft(schema: unknown, draft: Draft): unknown {
  if (draft === "draft2020-12" || typeof schema !== "object" || schema === null) return schema;
  return { $schema: "http://json-schema.org/draft-07/schema#", ...schema };
}

function judgeGroup(
  title: string,
  { schema, tests }: Group,
  documents: ReadonlyMap<string, unknown>,
  tally: Tally,
): void {
  tally.schemas += 1;
  const { converted, definitions, unknown } = readSchema(schema, documents);
  const read: Read = { schema: converted[0] as Read["schema"], definitions };
  const refusal = unknown.length > 0 ? `unknown-ref: ${unknown[0]}` : refusalOf(read, "output");
  if (refusal !== undefined) {
    tally.refuse(refusal, tests.length);
    return;
  }
  const validator = compiled(read, "output");
  const referee = refereeOf(read);
  let isRight = true;
  for (const { description, data, valid } of tests) {
    tally.decisions += 1;
    const result = validator.safeParse(data);
    if (result.success && !isDeepStrictEqual(plain(result.data), plain(data))) tally.altered += 1;
    if (result.success === valid) tally.right += 1;
    else if (referee?.(data) === result.success) tally.asReferee += 1;
    else tally.wrong.push(`${title}: ${description}: suite ${valid}, zod ${result.success}`);
    if (result.success !== valid) isRight = false;
  }
  if (isRight) tally.schemasRight += 1;
}

function corpusOf(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => /\.(?:json|ya?ml)$/.test(name))
    .map((name) => join(folder, name));
}

async function runDocuments(paths: readonly string[]): Promise<Tally> {
  const tally = new Tally(process.argv.length > 2 ? undefined : floors.documents);
  const unread: string[] = [];
  let elapsedMs = 0;
  for (const path of paths) {
    const { contract, diagnostics } = await loadContract(relative("/", resolve(path)), diskHost("/"));
    if (contract === undefined) unread.push(diagnostics[0]?.message ?? "unreadable");
    else elapsedMs += judgeDocument(path, contract.document, tally);
  }
  tally.print(`Components, parameters and bodies of ${paths.length - unread.length} documents`);
  console.log(`  check and write        ${elapsedMs.toFixed(0)} ms`);
  console.log(`  documents not read     ${unread.length}`);
  return tally;
}

function judgeDocument(path: string, document: unknown, tally: Tally): number {
  const found = schemasOf(document);
  const { converted, definitions } = readSchemas(document, found);
  const random = randomFrom(20_261_126);
  let elapsedMs = 0;
  for (const [index, schema] of converted.entries()) {
    const { at, side } = found[index] as Found;
    const read = { schema, definitions };
    tally.schemas += 1;
    const startMs = performance.now();
    const refusal = refusalOf(read, side);
    const validator = refusal === undefined ? compiled(read, side) : undefined;
    elapsedMs += performance.now() - startMs;
    if (refusal !== undefined || validator === undefined) {
      tally.refuse(refusal ?? "", instancesPerSchema);
      continue;
    }
    const referee = refereeOf(read);
    if (referee === undefined) {
      tally.refuse("(no verdict: Ajv cannot read it)", 0);
      continue;
    }
    let isRight = true;
    for (const value of instancesOf(schema, definitions, instancesPerSchema, random)) {
      const expected = referee(value);
      if (expected === undefined) continue;
      tally.decisions += 1;
      const result = validator.safeParse(value);
      if (result.success === expected) tally.right += 1;
      else {
        isRight = false;
        tally.wrong.push(`${path.split("/").at(-1)} ${at.join("/")} ${JSON.stringify(value)}: Ajv ${expected}`);
      }
      if (result.success && !isKept(value, result.data)) tally.altered += 1;
    }
    if (isRight) tally.schemasRight += 1;
  }
  return elapsedMs;
}

interface Found {
  readonly value: unknown;
  readonly at: readonly string[];
  readonly side: Side;
}

/** Component schemas as replies have them; parameters and bodies as callers send them. */
function schemasOf(document: unknown): readonly Found[] {
  const found: Found[] = [];
  const walk = (value: unknown, at: readonly string[]) => {
    if (typeof value !== "object" || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      const here = [...at, name];
      const isBody = name === "schema" && at.includes("requestBody");
      const isParameter = name === "schema" && (at.at(-2) === "parameters" || at.includes("parameters"));
      if (isBody || isParameter) {
        found.push({ value: inner, at: here, side: "input" });
      } else if (at.length === 2 && at[0] === "components" && at[1] === "schemas")
        found.push({ value: inner, at: here, side: "output" });
      else if (!["example", "examples", "schema"].includes(name)) walk(inner, here);
    }
  };
  walk(document, []);
  return found;
}

/** zod's records have no prototype. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
