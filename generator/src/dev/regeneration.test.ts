import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it, onTestFinished } from "vitest";
import { check } from "../generate.ts";
import { createRegeneration } from "./regeneration.ts";

const vauchflow = new URL("../../../specs/vauchflow", import.meta.url).pathname;

function project(): string {
  const cwd = mkdtempSync(join(tmpdir(), "toolspec-dev-test-"));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  cpSync(vauchflow, join(cwd, "specs/vauchflow"), { recursive: true });
  return cwd;
}

/** Edits as people make them. Each may be made in any state of the folder; one that finds nothing to change changes nothing. */
const edits: Readonly<Record<string, (specs: string) => void>> = {
  "a description": (specs) => replace(`${specs}/tools/get_voucher.yaml`, /title: .*/, `title: Look ${count++} up`),
  "a broken file": (specs) => replace(`${specs}/tools/get_voucher.yaml`, /^access: .*|^title: .*/m, "title: [oops"),
  "a misspelt key": (specs) => replace(`${specs}/tools/list_campaigns.yaml`, /^title:/m, "titel:"),
  "an unknown reference": (specs) =>
    replace(`${specs}/tools/create_voucher.yaml`, /components\/schemas\/\w+/, "components/schemas/Nowhere"),
  "all as it was": (specs) => cpSync(vauchflow, specs, { recursive: true }),
  "a tool less": (specs) => rmSync(`${specs}/tools/get_campaign.yaml`, { force: true }),
  "another reply": (specs) =>
    replace(`${specs}/tools/get_voucher.yaml`, /^output:[^\n]*(\n {2}[^\n]*)*/m, "output: { type: object }"),
  "the server": (specs) => replace(`${specs}/server.yaml`, /^title: .*/m, `title: Vauchflow ${count++}`),
  "the contract": (specs) => replace(`${specs}/openapi.yaml`, /^ {2}title: .*/m, `  title: Vauchflow ${count++}`),
};
let count = 1;

/** As editors save: another file takes the place of the old one. */
function replace(file: string, pattern: RegExp, text: string): void {
  writeFileSync(`${file}~`, readFileSync(file, "utf8").replace(pattern, text));
  renameSync(`${file}~`, file);
}

it("says and writes after any edits what a run from nothing does", async () => {
  const cwd = project();
  const specs = join(cwd, "specs/vauchflow");
  const regeneration = createRegeneration({ specs: "specs/vauchflow", cwd });
  expect((await regeneration.run()).diagnostics).toEqual([]);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...Object.keys(edits)), { minLength: 1, maxLength: 3 }),
      async (names) => {
        for (const name of names) {
          edits[name]?.(specs);
          regeneration.look();
          const { diagnostics, made } = await regeneration.run();
          const cold = await check({ specs: ["specs/vauchflow"], cwd });
          expect(diagnostics).toEqual(cold.diagnostics);
          expect(made !== undefined).toBe(cold.servers.length > 0);
          if (made !== undefined) expect(cold.servers.flatMap(({ changes }) => changes)).toEqual([]);
        }
      },
    ),
    { numRuns: 3 },
  );
});

it("writes the one file that an edit is about", async () => {
  const cwd = project();
  const regeneration = createRegeneration({ specs: "specs/vauchflow", cwd });
  await regeneration.run();
  expect(regeneration.look()).toBe(false);
  edits["a description"]?.(join(cwd, "specs/vauchflow"));
  expect(regeneration.look()).toBe(true);
  const { made, touched } = await regeneration.run();
  expect(touched).toEqual(["specs/vauchflow/tools/get_voucher.yaml"]);
  expect(made?.changes.map(({ path }) => path.slice(made.folder.length + 1))).toEqual(["tools/get_voucher.ts"]);
});

it("takes the files of the old name away when the server is renamed", async () => {
  const cwd = project();
  const regeneration = createRegeneration({ specs: "specs/vauchflow", cwd });
  await regeneration.run();
  replace(join(cwd, "specs/vauchflow/server.yaml"), /^name: .*/m, "name: other");
  regeneration.look();
  expect((await regeneration.run()).made?.folder).toBe(join(cwd, "generated/other"));
  expect((await check({ cwd })).servers.map(({ name, changes }) => [name, changes.length])).toEqual([["other", 0]]);
});
