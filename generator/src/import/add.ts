import { existsSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseDocument } from "yaml";
import { exit } from "../commands/command.ts";
import type { Obstacle } from "../files.ts";
import { findSpecs, portable } from "../folders.ts";
import type { HttpMethod } from "../ir/tool.ts";
import { isObject } from "../openapi/contract.ts";
import { listOperations } from "../openapi/list.ts";
import { readDocument } from "../openapi/read-document.ts";
import { diskHost } from "../spec/host.ts";
import { didYouMean } from "../spec/near.ts";
import { parseCurl } from "./curl.ts";
import { operationKey } from "./names.ts";
import { inputsOfAddress, inputsOfBody, newToolText, type Problem, templateOf } from "./new-tool.ts";
import { guessScope } from "./scopes.ts";
import { toolSeed, toolText } from "./seed.ts";
import { serverPlan } from "./server-yaml.ts";
import { schemaPath, writeSpecs } from "./write.ts";
import { scalar } from "./yaml-text.ts";

export interface AddFlags {
  readonly get?: string;
  readonly post?: string;
  readonly put?: string;
  readonly patch?: string;
  readonly delete?: string;
  readonly fromCurl?: string;
  readonly scope?: string;
  readonly description?: string;
  readonly specs?: string;
  readonly force?: boolean;
  readonly format?: "pretty" | "json";
}

interface Wanted {
  readonly method: HttpMethod;
  /** Path, perhaps with a query. */
  readonly address: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Parameters<typeof inputsOfBody>[0];
}

/** Write one tool. @returns the exit code. */
export async function addTool(name: string, flags: AddFlags, cwd: string): Promise<number> {
  if (!/^[a-z][a-z0-9_]{0,39}$/.test(name))
    return refuse(
      `${name} is no tool name: lower-case letters, digits and _, at most 40`,
      "write it like create_voucher",
    );
  const specs = flags.specs ?? only(findSpecs(cwd));
  if (specs === undefined)
    return refuse(
      "say which specs folder is meant",
      `add --specs ${findSpecs(cwd)[0] ?? "specs/<name>"}, or begin with \`toolspec init\``,
    );
  const folder = resolve(cwd, specs);
  const serverPath = join(folder, "server.yaml");
  if (!existsSync(serverPath)) return refuse(`${specs} has no server.yaml`, "begin with `toolspec init`");
  const serverText = readFileSync(serverPath, "utf8");
  const server = parseDocument(serverText, { logLevel: "silent" }).toJS({ maxAliasCount: 0 }) as unknown;
  if (!isObject(server)) return refuse(`${specs}/server.yaml cannot be read`, "`toolspec check` says why");
  const wanted = wantedBy(flags, upstreamOf(server));
  if ("message" in wanted) return refuse(wanted.message, wanted.mend);
  const made = await toolOf(name, { wanted, flags, folder, cwd, server });
  if ("message" in made) return refuse(made.message, made.mend);
  const path = join(folder, "tools", `${name}.yaml`);
  const needed = serverWith(serverText, server, {
    scope: made.scope,
    approvals: made.text.includes("disposition: approval"),
  });
  const { obstacles } = writeSpecs({ root: cwd, files: new Map([[path, made.text]]), overwrite: flags.force === true });
  if (obstacles.length > 0) return refuseWrite(obstacles, cwd);
  if (needed !== serverText) writeSpecs({ root: cwd, files: new Map([[serverPath, needed]]), overwrite: true });
  const shown = portable(cwd, path);
  if (flags.format === "json") {
    const server = needed === serverText ? undefined : portable(cwd, serverPath);
    process.stdout.write(`${JSON.stringify({ tool: name, file: shown, server, summary: made.told }, null, 2)}\n`);
    return exit.fine;
  }
  process.stdout.write(
    `✔ ${shown}: ${made.told}\n${needed === serverText ? "" : `  ${specs}/server.yaml: what it needs was added\n`}\nNext:\n  npx toolspec generate ${portable(cwd, folder)}\n`,
  );
  return exit.fine;
}

function only(folders: readonly string[]): string | undefined {
  return folders.length === 1 ? folders[0] : undefined;
}

function refuse(message: string, mend: string): number {
  process.stderr.write(`toolspec add: ${message}\n  ${mend}\nNothing was written.\n`);
  return exit.usage;
}

function refuseWrite(obstacles: readonly Obstacle[], cwd: string): number {
  for (const { path, problem } of obstacles)
    process.stderr.write(
      `toolspec add: ${portable(cwd, path)}: ${problem}\n  choose another name, or add --force to write it anew\n`,
    );
  process.stderr.write("Nothing was written.\n");
  return exit.findings;
}

/** Origin and base path of the upstream, where server.yaml states one. */
function upstreamOf(server: Readonly<Record<string, unknown>>): string {
  const url = isObject(server.upstream) ? server.upstream.url : undefined;
  return typeof url === "string" ? url.replace(/^\$\{[A-Za-z0-9_]+:-(.*)\}$/, "$1") : "";
}

function wantedBy(flags: AddFlags, upstream: string): Wanted | Problem {
  const given = (["get", "post", "put", "patch", "delete"] as const).filter((method) => flags[method] !== undefined);
  const [method] = given;
  if (given.length + (flags.fromCurl === undefined ? 0 : 1) !== 1)
    return {
      message: "say which request it is, once",
      mend: 'add --get "/v1/orders?status&limit", --post, --put, --patch, --delete, or --from-curl "curl …"',
    };
  if (method !== undefined) return { method, address: flags[method] as string, headers: [], body: undefined };
  const curl = parseCurl(flags.fromCurl as string);
  if ("message" in curl) return curl;
  const verb = curl.method.toLowerCase() as HttpMethod;
  if (!["get", "head", "post", "put", "patch", "delete"].includes(verb))
    return {
      message: `${curl.method} is no method that a tool has`,
      mend: "use GET, HEAD, POST, PUT, PATCH or DELETE",
    };
  if (!URL.canParse(curl.url)) return { message: "its address cannot be read", mend: "check the quotes" };
  const { pathname, search, origin } = new URL(curl.url);
  const base = URL.canParse(upstream) ? new URL(upstream) : undefined;
  if (base !== undefined && base.origin !== origin)
    return {
      message: `it asks ${origin}, and the upstream is ${base.origin}`,
      mend: "change upstream.url in server.yaml, or make a server of its own for that API",
    };
  const prefix = base === undefined ? "" : base.pathname.replace(/\/+$/, "");
  const path = pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : pathname;
  return {
    method: verb,
    address: `${templateOf(decodeBraces(path))}${search}`,
    headers: curl.headers,
    body: curl.body,
  };
}

function decodeBraces(path: string): string {
  return path.replaceAll("%7B", "{").replaceAll("%7D", "}");
}

interface ToolWorld {
  readonly wanted: Wanted;
  readonly flags: AddFlags;
  readonly folder: string;
  readonly cwd: string;
  readonly server: Readonly<Record<string, unknown>>;
}

interface Made {
  readonly text: string;
  readonly scope: string;
  readonly told: string;
}

/** The tool's text: from the contract where there is one, else from the request as it was written down. */
async function toolOf(name: string, { wanted, flags, folder, cwd, server }: ToolWorld): Promise<Made | Problem> {
  const address = inputsOfAddress(wanted.address, wanted.method);
  if ("message" in address) return address;
  const { path, inputs } = address;
  const header = `# yaml-language-server: $schema=${schemaPath(cwd, join(folder, "tools"), "tool.schema.json")}\n`;
  const scope = flags.scope ?? guessScope({ tags: [], path, method: wanted.method });
  const written =
    isObject(server.upstream) && typeof server.upstream.openapi === "string" ? server.upstream.openapi : "openapi.yaml";
  if (existsSync(join(folder, written))) {
    const { contract } = await readDocument(basename(written), diskHost(resolve(folder, written, "..")));
    if (contract === undefined) return { message: `${written} cannot be read`, mend: "`toolspec check` says why" };
    const all = listOperations(contract);
    const listed = all.find((one) => one.method === wanted.method && sameShape(one.path, path));
    if (listed === undefined) {
      const known = all.map((one) => `${one.method.toUpperCase()} ${one.path}`);
      return {
        message: `the contract has no ${wanted.method.toUpperCase()} ${path}`,
        mend:
          didYouMean(`${wanted.method.toUpperCase()} ${path}`, known) ??
          `add it to ${written}, or bring it in with \`toolspec import openapi … --merge\``,
      };
    }
    if (listed.operation === undefined)
      return { message: listed.reason ?? "the contract's operation cannot be used", mend: `correct ${written}` };
    const { setByServer } = serverPlan(name, contract, all);
    const seed = toolSeed(listed, {
      contract,
      names: new Map([[operationKey(listed), name]]),
      schemaPath: schemaPath(cwd, join(folder, "tools"), "tool.schema.json"),
      setByServer,
    });
    const text = toolText(seed);
    const scoped =
      flags.scope === undefined ? text : text.replace(/^scope: .*$/m, () => `scope: ${scalar(flags.scope as string)}`);
    return {
      text: scoped,
      scope: flags.scope ?? /^scope: ([^\s{]+)$/m.exec(text)?.[1] ?? scope,
      told: `from ${written}`,
    };
  }
  const { inputs: fields, contentType } = inputsOfBody(wanted.body, new Set(inputs.map((input) => input.name)));
  const text =
    header +
    newToolText({
      name,
      method: wanted.method,
      path,
      inputs: [...inputs, ...fields],
      headers: wanted.headers,
      contentType,
      description: flags.description,
      scope,
    });
  const count = inputs.length + fields.length;
  return {
    text,
    scope,
    told: count === 0 ? "no inputs" : `${count} ${count === 1 ? "input" : "inputs"}; set types and say what they mean`,
  };
}

/** Whether two paths are the same but for the names of their placeholders. */
function sameShape(one: string, other: string): boolean {
  const bare = (path: string) => path.replaceAll(/\{[^}]*\}/g, "{}");
  return bare(one) === bare(other);
}

/** server.yaml with what a new tool needs of it; everything else stays byte for byte. */
function serverWith(
  text: string,
  server: Readonly<Record<string, unknown>>,
  { scope, approvals }: { readonly scope: string; readonly approvals: boolean },
): string {
  const declared = isObject(server.scopes) && Object.hasOwn(server.scopes, scope);
  const line = `  ${scalar(scope)}: ${scalar(`What ${scope} allows.`)}\n`;
  let result = text.endsWith("\n") ? text : `${text}\n`;
  if (!declared)
    result = /^scopes:[ \t]*(#.*)?\r?\n/m.test(result)
      ? result.replace(/^scopes:[ \t]*(#.*)?\r?\n/m, (whole) => whole + line)
      : isObject(server.scopes)
        ? result
        : `${result}\nscopes:\n${line}`;
  if (approvals && server.approvals === undefined) result = `${result}\napprovals: {}\n`;
  return declared && !(approvals && server.approvals === undefined) ? text : result;
}
