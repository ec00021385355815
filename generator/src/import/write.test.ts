import * as nodeFs from "node:fs";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { schemaPath, writeSpecs } from "./write.ts";

function project(): string {
  return mkdtempSync(join(tmpdir(), "toolspec-write-"));
}

test("writes all files, or none where one is in the way", () => {
  const root = project();
  const files = new Map([
    [join(root, "specs/a/server.yaml"), "a"],
    [join(root, "specs/a/tools/b.yaml"), "b"],
  ]);
  expect(writeSpecs({ root, files, overwrite: false }).changes).toHaveLength(2);
  // The same again changes nothing.
  expect(writeSpecs({ root, files, overwrite: false })).toEqual({ changes: [], obstacles: [] });
  writeFileSync(join(root, "specs/a/tools/b.yaml"), "mine");
  const again = new Map([...files, [join(root, "specs/a/tools/c.yaml"), "c"]]);
  expect(writeSpecs({ root, files: again, overwrite: false }).obstacles).toMatchObject([
    { problem: "it is there already" },
  ]);
  expect(readdirSync(join(root, "specs/a/tools"))).toEqual(["b.yaml"]);
  writeSpecs({ root, files: again, overwrite: true });
  expect(readFileSync(join(root, "specs/a/tools/b.yaml"), "utf8")).toBe("b");
});

test("writes neither through links nor outside the project", () => {
  const root = project();
  const elsewhere = project();
  mkdirSync(join(root, "specs"));
  symlinkSync(elsewhere, join(root, "specs/a"));
  const files = new Map([
    [join(root, "specs/a/server.yaml"), "a"],
    [join(elsewhere, "b.yaml"), "b"],
  ]);
  const { obstacles } = writeSpecs({ root, files, overwrite: true });
  expect(obstacles.map(({ problem }) => problem)).toEqual([
    expect.stringMatching(/link/),
    expect.stringMatching(/outside/),
  ]);
  expect(readdirSync(elsewhere)).toEqual([]);
});

test("leaves no temporary file where the disk fails", () => {
  const root = project();
  const disk = {
    ...nodeFs,
    writeFileSync: (path: string, ...rest: [string]) => {
      if (path.includes("two")) throw new Error("disk full");
      nodeFs.writeFileSync(path, ...rest);
    },
  } as unknown as typeof nodeFs;
  const files = new Map([
    [join(root, "one.yaml"), "1"],
    [join(root, "two.yaml"), "2"],
  ]);
  expect(() => writeSpecs({ root, files, overwrite: false }, { disk })).toThrow("disk full");
  expect(readdirSync(root)).toEqual([]);
});

test("leads from a folder to the installed package's schema", () => {
  expect(schemaPath("/p", "/p/specs/a/tools", "tool.schema.json")).toBe(
    "../../../node_modules/@toolspec/generator/schema/tool.schema.json",
  );
});
