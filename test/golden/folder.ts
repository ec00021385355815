import { type LoadOptions, loadServer } from "../../generator/src/load.ts";
import type { CheckSchema } from "../../generator/src/rules/schema.ts";
import type { SpecHost } from "../../generator/src/spec/host.ts";

/** A folder of specs in memory, by path. */
export function memoryHost(files: Readonly<Record<string, string>>): SpecHost {
  return {
    list: async (folder) => {
      const inside = Object.keys(files).filter((path) => path.startsWith(`${folder}/`));
      const names = inside.map((path) => path.slice(folder.length + 1).replace(/\/.*/, "/"));
      return inside.length === 0 ? undefined : [...new Set(names)];
    },
    read: async (path, maxBytes) => {
      const text = files[path];
      if (text === undefined) return { kind: "missing" };
      return text.length > maxBytes ? { kind: "too-large", bytes: text.length } : { kind: "text", text };
    },
  };
}

/** A server.yaml with nothing wrong in it, nine lines long. */
export const serverYaml = `toolspec: 1
name: shop
title: Shop
version: 1.0.0
description: Vouchers of a shop.
upstream: { url: http://127.0.0.1:4010 }
auth:
  - apiKey: { header: X-API-Key, kinds: { agent: { prefix: sh_ak_, scoped: true } } }
scopes: { READ: Read vouchers., WRITE: Create vouchers. }
`;

/** One line under `auth:`: API keys. */
export const key = "apiKey: { header: X-API-Key, kinds: { agent: { prefix: sh_ak_, scoped: true } } }";

/** One line under `auth:`: people who log in. */
export function oauth(rest = ""): string {
  return `oauth: { issuer: https://login.example, tenant: { claim: shop, title: Shop }${rest === "" ? "" : `, ${rest}`} }`;
}

/** A contract of one path: a write with a query, a header and a nested body field, and one that says nothing. */
export const writeContract = `openapi: 3.1.0
info: { title: T, version: 1.0.0 }
paths:
  /v:
    post:
      parameters: [{ name: dry_run, in: query, schema: { type: boolean } }, { name: X-Trace, in: header, schema: { type: string } }]
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name]
              properties:
                name: { type: string }
                size: { type: integer, default: 1 }
                fee: { type: object, required: [value], properties: { value: { type: number }, currency: { type: string } } }
    delete: {}
`;
/** A tool on that path that is right but for what `rest` says, from its fourth line on. */
export const writeTool = (method: string, rest: string) =>
  `description: Write.\nrequest: ${method} /v\ndisposition: auto\n${rest}`;

export interface Folder {
  /** Lines added to server.yaml. */
  readonly server?: string;
  readonly openapi?: string;
  /** Texts of tool files, by name. */
  readonly tools: Readonly<Record<string, string>>;
  /** Texts of further files, by path inside the folder: prompts and content. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Load a folder from memory. */
export function load({ server = "", openapi, tools, files: further = {} }: Folder, options: LoadOptions = {}) {
  const files = Object.entries(tools).map(([name, text]) => [name.includes(".") ? `s/tools/${name}` : `s/tools/${name}.yaml`, text]);
  const others = Object.entries(further).map(([path, text]) => [`s/${path}`, text] as const);
  const contract = openapi === undefined ? {} : { "s/openapi.yaml": openapi };
  const host = memoryHost({ "s/server.yaml": serverYaml + server, ...contract, ...Object.fromEntries([...files, ...others]) });
  return loadServer("s", host, options);
}

/** `tools/a.yaml:3:1 rule: message | mend` of everything that is wrong with a folder. */
export async function problemsOf(folder: Folder, checkSchema?: CheckSchema): Promise<readonly string[]> {
  return problemsWith(folder, checkSchema === undefined ? {} : { checkSchema });
}

/** The same, with what the schema room and the manifest have to say. */
export async function problemsWith(folder: Folder, options: LoadOptions): Promise<readonly string[]> {
  return told(await load(folder, options));
}

/** What is wrong with a server of these schemes, the first of which stands in line 8; `rest` follows behind the line of scopes. */
export async function authProblems(schemes: readonly string[], rest = "", credentials = "none"): Promise<readonly string[]> {
  const text = serverYaml
    .replace(/ {2}- apiKey: .*\n/, schemes.map((scheme) => `  - ${scheme}\n`).join(""))
    .replace("4010 }", `4010, credentials: ${credentials} }`);
  return told(await loadServer("s", memoryHost({ "s/server.yaml": text + rest })));
}

function told({ diagnostics }: Awaited<ReturnType<typeof loadServer>>): readonly string[] {
  return diagnostics.map(({ rule, message, mend, span: { file, start } }) => {
    const place = `${file.replace(/^s\//, "")}:${start.line}:${start.column}`;
    return `${place} ${rule}: ${message}${mend === undefined ? "" : ` | ${mend}`}`;
  });
}
