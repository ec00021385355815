import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadServer } from "../../generator/src/load.ts";
import { formatDiagnostics, summarize } from "../../generator/src/spec/diagnostics-format.ts";
import { diskHost, type SpecHost } from "../../generator/src/spec/host.ts";

const cases = join(import.meta.dirname, "specs");
const names = readdirSync(cases).sort();

/** What a person sees, with the summary below. */
async function diagnose(host: SpecHost): Promise<string> {
  const { server, diagnostics, sources } = await loadServer("specs", host);
  expect(server).toBeUndefined();
  return `${formatDiagnostics(diagnostics, { format: "pretty", sources, color: false })}\n${summarize(diagnostics)}\n`;
}

test.for(names)("says what is wrong with %s", async (name) => {
  const actual = await diagnose(diskHost(join(cases, name)));
  const golden = join(cases, name, "diagnostics.txt");
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(golden, actual);
  expect(actual).toBe(existsSync(golden) ? readFileSync(golden, "utf8") : "no diagnostics.txt: run with UPDATE_GOLDEN=1");
});

test("refuses a file of 10 MB without reading it", async () => {
  const disk = diskHost(join(cases, "undeclared-scope"));
  let bytesRead = 0;
  const host: SpecHost = {
    list: async (folder) => (folder.endsWith("tools") ? ["huge.yaml"] : disk.list(folder)),
    read: async (path, maxBytes) => {
      if (!path.endsWith("huge.yaml")) return disk.read(path, maxBytes);
      if (10_000_000 > maxBytes) return { kind: "too-large", bytes: 10_000_000 };
      bytesRead += 10_000_000;
      return { kind: "text", text: "#".repeat(10_000_000) };
    },
  };
  const text = await diagnose(host);
  expect(text).toContain("specs/tools/huge.yaml:1:1  error file-size  10000000 bytes are more than 1048576");
  expect(bytesRead).toBe(0);
});

test.for(names)("says how to mend every problem of %s", async (name) => {
  const { diagnostics } = await loadServer("specs", diskHost(join(cases, name)));
  expect(diagnostics.filter(({ mend }) => mend === undefined)).toEqual([]);
});
