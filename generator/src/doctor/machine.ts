import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { version } from "../version.ts";
import { type Check, fault, ok, warning } from "./check.ts";

/** Node's version beside the one that this package asks for. */
export function nodeCheck(found: string = process.versions.node): Check {
  const { engines } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    readonly engines: { readonly node: string };
  };
  const wanted = engines.node.replace(/^\D+/, "");
  if (isAtLeast(found, wanted)) return ok("node", `Node.js ${found}`);
  return fault("node", `Node.js ${found} is too old`, `install Node.js ${wanted} or later`);
}

function isAtLeast(found: string, wanted: string): boolean {
  const [have, need] = [found, wanted].map((text) => text.split(".").map(Number));
  for (const [index, part] of (need ?? []).entries()) {
    const own = have?.[index] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}

/** Both packages are released together, and generated code is made for the runtime of its version. */
export function packagesCheck(runtime: string | undefined): Check {
  const own = version();
  if (runtime === undefined)
    return fault("packages", `generator ${own}, and no runtime`, `npm install @toolspec/runtime@${own}`);
  if (runtime === own) return ok("packages", `generator and runtime ${own}`);
  return fault("packages", `generator ${own}, but runtime ${runtime}`, `npm install @toolspec/runtime@${own}`);
}

/** Files of variables beside the project, which hold secrets: only their owner should read them. */
export function modesCheck(cwd: string): Check[] {
  if (process.platform === "win32") return [];
  const names = readdirSync(cwd).filter((name) => /^\.env(\..+)?$/.test(name) && !/example|sample|template/.test(name));
  const open = names.filter((name) => (statSync(join(cwd, name)).mode & 0o077) !== 0);
  if (names.length === 0) return [];
  if (open.length === 0) return [ok("file-modes", `only you can read ${names.join(", ")}`)];
  return [
    warning("file-modes", `${open.join(", ")} may be read by others on this machine`, `chmod 600 ${open.join(" ")}`),
  ];
}
