import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { exit } from "../commands/command.ts";
import { findSpecs, portable } from "../folders.ts";
import { canAsk } from "./ask.ts";
import type { ImportFlags } from "./flags.ts";
import { projectFiles } from "./project-files.ts";
import { runImport } from "./run.ts";
import { serverName } from "./server-name.ts";
import { authText, variablePrefix } from "./server-yaml.ts";
import { type Credentials, credentialsText } from "./upstream-credentials.ts";
import { schemaPath, writeSpecs } from "./write.ts";
import { lookLines, scalar } from "./yaml-text.ts";

export interface InitFlags extends ImportFlags {
  readonly from?: string;
  readonly upstream?: string;
  readonly auth?: string;
}

interface InitOptions {
  readonly cwd: string;
  readonly signal: AbortSignal;
}

/** What a person wants, by flags or by the wizard. */
type Wish =
  | { readonly kind: "document"; readonly from: string; readonly name: string | undefined }
  | { readonly kind: "upstream"; readonly url: string; readonly name: string; readonly auth: string };

/** Set a project up. @returns the exit code. */
export async function runInit(flags: InitFlags, options: InitOptions): Promise<number> {
  const { cwd, signal } = options;
  const wish = wishOf(flags) ?? (canAsk(flags) ? await ask(cwd) : undefined);
  if (wish === "given up") return exit.interrupted;
  if (wish === undefined) {
    process.stderr.write(
      "toolspec init: say what the tools are for: --from openapi.yaml, or --upstream https://api.example.com --name example\n",
    );
    return exit.usage;
  }
  const project = projectFiles(cwd);
  const specs = await writeSpecsOf(wish, flags, options);
  if (specs !== exit.fine) return specs;
  const { obstacles } = writeSpecs({ root: cwd, files: project.files, overwrite: true }, { signal });
  for (const { path, problem, mend } of obstacles)
    process.stderr.write(`${portable(cwd, path)}: ${problem}; ${mend}\n`);
  for (const note of project.notes) process.stderr.write(`${note}\n`);
  if (flags.format === "json") return exit.fine;
  return finish(
    wish,
    [...project.files.keys()].map((path) => portable(cwd, path)),
    options,
  );
}

function wishOf(flags: InitFlags): Wish | undefined {
  if (flags.from !== undefined) return { kind: "document", from: flags.from, name: flags.name };
  if (flags.upstream === undefined) return undefined;
  const fallback = URL.canParse(flags.upstream)
    ? new URL(flags.upstream).hostname.split(".").filter((part) => part !== "api" && part !== "www")[0]
    : undefined;
  return {
    kind: "upstream",
    url: flags.upstream,
    name: flags.name ?? serverName(fallback, "api"),
    auth: flags.auth ?? "none",
  };
}

async function ask(cwd: string): Promise<Wish | "given up"> {
  const { intro, isCancel, select, text } = await import("@clack/prompts");
  intro("toolspec — no telemetry, nothing leaves this machine");
  const how = await select({
    message: "What do you have?",
    options: [
      { value: "document", label: "an OpenAPI or Swagger document", hint: "a file, JSON or YAML" },
      { value: "upstream", label: "only the address of a REST API" },
    ],
  });
  if (isCancel(how)) return "given up";
  if (how === "document") {
    const from = await text({
      message: "Where is it?",
      placeholder: "openapi.yaml",
      validate: (path) => (path !== undefined && existsSync(resolve(cwd, path)) ? undefined : "There is no such file."),
    });
    return isCancel(from) ? "given up" : { kind: "document", from, name: undefined };
  }
  const url = await text({
    message: "Its address",
    placeholder: "https://api.example.com",
    validate: (address) => addressProblem(address ?? ""),
  });
  if (isCancel(url)) return "given up";
  const auth = await select({
    message: "How does this server sign in there?",
    options: [
      { value: "header:X-API-Key", label: "an API key in the header X-API-Key" },
      { value: "bearer", label: "a token in Authorization: Bearer" },
      { value: "basic", label: "user and password" },
      { value: "none", label: "not at all" },
    ],
  });
  if (isCancel(auth)) return "given up";
  const wish = wishOf({
    tag: [],
    path: [],
    method: [],
    id: [],
    exclude: [],
    allowHost: [],
    format: "pretty",
    upstream: url,
    auth,
  });
  return wish ?? "given up";
}

function addressProblem(address: string): string | undefined {
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    return "An address begins with https:// or http://.";
  const { username, password } = new URL(address);
  return username === "" && password === "" ? undefined : "An address holds no password: it would be committed.";
}

async function writeSpecsOf(wish: Wish, flags: InitFlags, { cwd, signal }: InitOptions): Promise<number> {
  if (wish.kind === "document")
    return runImport(wish.from, { ...flags, ...(wish.name === undefined ? {} : { name: wish.name }) }, { cwd, signal });
  const problem = addressProblem(wish.url);
  const credentials = credentialsOf(wish.auth);
  if (problem !== undefined || credentials === undefined || !/^[a-z][a-z0-9-]{0,39}$/.test(wish.name)) {
    const auth = "--auth takes header:<name>, query:<name>, bearer, basic or none";
    process.stderr.write(
      `toolspec init: ${problem ?? (credentials === undefined ? auth : `--name ${wish.name}: a name has lower-case letters, digits and -`)}\nNothing was written.\n`,
    );
    return exit.usage;
  }
  const path = join(cwd, "specs", wish.name, "server.yaml");
  const { obstacles } = writeSpecs(
    {
      root: cwd,
      files: new Map([[path, serverText(wish, credentials, schemaPath(cwd, join(path, ".."), "server.schema.json"))]]),
      overwrite: flags.force === true,
    },
    { signal },
  );
  for (const { problem: what, mend } of obstacles)
    process.stderr.write(`${portable(cwd, path)}: ${what}; ${mend}\nNothing was written.\n`);
  return obstacles.length > 0 ? exit.findings : exit.fine;
}

function credentialsOf(auth: string): Credentials | undefined {
  const [, place, name] = /^(header|query):(\S+)$/.exec(auth) ?? [];
  if (place !== undefined && name !== undefined) return { kind: place as "header" | "query", name };
  if (auth === "bearer") return { kind: "header", name: "Authorization" };
  return auth === "basic" || auth === "none" ? { kind: auth } : undefined;
}

function serverText(
  { name, url }: Extract<Wish, { kind: "upstream" }>,
  credentials: Credentials,
  schema: string,
): string {
  const title = name.charAt(0).toUpperCase() + name.slice(1).replaceAll("-", " ");
  const prefix = variablePrefix(name);
  return [
    `# yaml-language-server: $schema=${schema}\n`,
    `toolspec: 1\nname: ${name}\ntitle: ${scalar(title)}\nversion: 0.1.0\n`,
    lookLines(["what is this server for, and what should a model know before it calls anything?"]),
    `description: ${scalar(`Tools over ${title}.`)}\n\n`,
    `upstream:\n  url: ${scalar(`\${${prefix}_API_URL:-${url.replace(/\/+$/, "")}}`)}\n`,
    credentialsText(credentials, prefix),
    `\n${authText(name)}`,
    "\napprovals: {}\n",
  ].join("");
}

/** Generate what can be generated, and say how to go on. */
async function finish(wish: Wish, written: readonly string[], { cwd, signal }: InitOptions): Promise<number> {
  process.stdout.write(written.length === 0 ? "" : `✔ ${written.join(", ")} written\n`);
  const installed = existsSync(join(cwd, "node_modules/@toolspec/runtime"));
  const folder =
    wish.kind === "upstream"
      ? `specs/${wish.name}`
      : ((wish.name === undefined ? findSpecs(cwd).at(-1) : `specs/${wish.name}`) ?? "specs/<name>");
  const lines = installed ? [] : ["  npm install"];
  let code: number = exit.fine;
  if (wish.kind === "document") {
    const { generate, isSound } = await import("../generate.ts");
    const { showReport } = await import("../report.ts");
    const report = await generate({ cwd, specs: [folder], signal });
    showReport(report, { format: "pretty", kind: "written" });
    code = isSound(report) ? exit.fine : exit.invalidSpecs;
  } else {
    lines.push(
      `  npx toolspec add list_orders --get "/v1/orders?status&limit=20" --specs ${folder}`,
      `  npx toolspec generate ${folder}`,
    );
  }
  const keys = `  npx toolspec keys create ${folder} --kind agent --name test --scope …`;
  process.stdout.write(
    wish.kind === "document"
      ? installed
        ? ""
        : "First: npm install\n"
      : `\nNext:\n${[...lines, keys, `  npx toolspec serve ${folder}`].join("\n")}\n`,
  );
  return code;
}
