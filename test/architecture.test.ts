import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");

interface Import {
  readonly from: string;
  readonly to: string;
}

/** Every static and dynamic import of a package's source, tests and their fixtures left out; `to` is a path below `src` or a package name. */
function importsOf(packageName: "runtime" | "generator"): readonly Import[] {
  const source = join(root, packageName, "src");
  return globSync("**/*.ts", { cwd: source })
    .filter((file) => !/(\.test|\/fixture)\.ts$/.test(file))
    .flatMap((file) => {
      const text = readFileSync(join(source, file), "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
      const found = text.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*|import\.meta\.resolve\()["']([^"']+)["']/g);
      return [...found].map(([, target = ""]) => ({
        from: file,
        to: target.startsWith(".") ? relative(source, join(source, dirname(file), target)) : target,
      }));
    });
}

const roomOf = (path: string) => (path.includes("/") ? path.slice(0, path.indexOf("/")) : undefined);
const show = ({ from, to }: Import) => `${from} → ${to}`;

/** The packages that one place alone may import. */
function outsiders(imports: readonly Import[], packages: RegExp, home: (from: string) => boolean): readonly string[] {
  return imports.filter(({ from, to }) => packages.test(to) && !home(from)).map(show);
}

/** The first circle of imports, types included, as a path; undefined where there is none. */
function circleIn(imports: readonly Import[]): string | undefined {
  const targets = Map.groupBy(imports, ({ from }) => from);
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file].join(" → ");
    if (done.has(file)) return undefined;
    for (const { to } of targets.get(file) ?? []) {
      const circle = visit(to, [...path, file]);
      if (circle !== undefined) return circle;
    }
    done.add(file);
    return undefined;
  };
  return [...targets.keys()].map((file) => visit(file, [])).find((circle) => circle !== undefined);
}

describe.each(["runtime", "generator"] as const)("%s", (packageName) => {
  it("has no circle of imports", () => {
    expect(circleIn(importsOf(packageName))).toBeUndefined();
  });
});

describe("runtime", () => {
  const imports = importsOf("runtime");
  const rooms = [
    "identity",
    "policy",
    "confirmation",
    "approval",
    "webhooks",
    "forward",
    "audit",
    "limit",
    "store",
    "observe",
  ];

  it("has rooms that do not import each other", () => {
    const crossed = imports.filter(({ from, to }) => {
      const [here, there] = [roomOf(from), roomOf(to)];
      return to.endsWith(".ts") && here !== undefined && there !== undefined && rooms.includes(here) && here !== there;
    });
    expect(crossed.map(show)).toEqual([]);
  });

  it("has rooms that stand on the shared types only", () => {
    const shared = [
      "codegen.ts",
      "errors.ts",
      "call.ts",
      "ports.ts",
      "checks.ts",
      "relay.ts",
      "approval-states.ts",
      "canonical.ts",
      "lookup-cache.ts",
      "safe-address.ts",
    ];
    const upward = imports.filter(
      ({ from, to }) =>
        rooms.includes(roomOf(from) ?? "") && to.endsWith(".ts") && !to.includes("/") && !shared.includes(to),
    );
    expect(upward.map(show)).toEqual([]);
  });

  it("has shared types that import no room", () => {
    const shared = [
      "codegen.ts",
      "errors.ts",
      "call.ts",
      "checks.ts",
      "relay.ts",
      "approval-states.ts",
      "canonical.ts",
      "safe-address.ts",
    ];
    expect(
      imports.filter(({ from, to }) => shared.includes(from) && to.includes("/") && to.endsWith(".ts")).map(show),
    ).toEqual([]);
  });

  it("imports the MCP SDK's server in serve alone, and its client in the adapter alone", () => {
    expect(outsiders(imports, /^@modelcontextprotocol\/server/, (from) => roomOf(from) === "serve")).toEqual([]);
    expect(outsiders(imports, /^@modelcontextprotocol\/client/, (from) => roomOf(from) === "adapter")).toEqual([]);
  });

  it("has an adapter that stands on nothing of the server", () => {
    const inward = imports.filter(
      ({ from, to }) =>
        // To whom a token may be sent is one rule for both sides of the wire, and it imports nothing.
        roomOf(from) === "adapter" && to.endsWith(".ts") && roomOf(to) !== "adapter" && to !== "safe-address.ts",
    );
    expect(inward.map(show)).toEqual([]);
  });

  it("imports database drivers in store alone", () => {
    expect(outsiders(imports, /^(node:sqlite|kysely|pg)$/, (from) => roomOf(from) === "store")).toEqual([]);
  });

  it("imports undici in forward alone", () => {
    expect(outsiders(imports, /^undici/, (from) => roomOf(from) === "forward")).toEqual([]);
  });

  it("imports hono in console alone", () => {
    expect(outsiders(imports, /^hono/, (from) => roomOf(from) === "console")).toEqual([]);
  });

  it("imports jose in identity alone", () => {
    expect(outsiders(imports, /^jose/, (from) => roomOf(from) === "identity")).toEqual([]);
  });

  it("imports the CEL engine in policy alone", () => {
    expect(outsiders(imports, /^@marcbachmann\/cel-js/, (from) => roomOf(from) === "policy")).toEqual([]);
  });

  it("never imports the generator or what only the generator needs", () => {
    expect(
      outsiders(imports, /^(@toolspec\/generator|ts-morph|typescript|openapi-typescript|yaml)/, () => false),
    ).toEqual([]);
  });
});

describe("generator", () => {
  const imports = importsOf("generator");

  it("imports the CEL engine in schema alone", () => {
    expect(outsiders(imports, /^@marcbachmann\/cel-js/, (from) => roomOf(from) === "schema")).toEqual([]);
  });

  it("imports ts-morph in emit alone, and lends its TypeScript to the writer of types", () => {
    const mayImport = (from: string) => roomOf(from) === "emit" || from === "openapi/load-transform.ts";
    expect(outsiders(imports, /^ts-morph/, mayImport)).toEqual([]);
  });

  it("never imports the runtime, but for the file that hands serve and keys over to it", () => {
    expect(outsiders(imports, /^@toolspec\/runtime/, (from) => from === "handover.ts")).toEqual([]);
  });

  it("writes to the disk in files.ts alone", () => {
    const writers = globSync("**/*.ts", { cwd: join(root, "generator/src") })
      .filter((file) => !file.endsWith(".test.ts") && file !== "files.ts")
      .filter((file) =>
        /\b(writeFile|rename|unlink|rm|mkdir)(Sync)?\(/.test(readFileSync(join(root, "generator/src", file), "utf8")),
      );
    expect(writers).toEqual([]);
  });
});

describe("generated code", () => {
  it("imports only the runtime's codegen, zod and its own files", () => {
    const allowed = /^(@toolspec\/runtime\/codegen|zod|\.\.?\/.*)$/;
    const strangers = globSync("*/**/*.ts", { cwd: join(root, "generated") })
      .filter((file) => !file.includes("node_modules"))
      .flatMap((file) =>
        [...readFileSync(join(root, "generated", file), "utf8").matchAll(/^import .*from "([^"]+)";$/gm)].map(
          ([, to = ""]) => ({ from: file, to }),
        ),
      )
      .filter(({ to }) => !allowed.test(to));
    expect(strangers.map(show)).toEqual([]);
  });
});
