import { type Command, InvalidArgumentError } from "commander";
import type { ImportFlags } from "../import/flags.ts";
import type { HttpMethod } from "../ir/tool.ts";
import type { AddCommand } from "./command.ts";

/** `toolspec import openapi`. */
export const addImport: AddCommand = (program, { finish, interruptible }) => {
  const command = program
    .command("import")
    .summary("write specs from an OpenAPI document")
    .description("Write specs from what an API already has.");
  withSelection(
    withRemote(
      command
        .command("openapi")
        .summary("write one tool file for each operation of an OpenAPI document")
        .description(
          "Read Swagger 2.0, OpenAPI 3.0 or 3.1 (JSON or YAML) and write a specs folder: server.yaml, openapi.json with what the tools need of the document, and one short file a tool, which takes from there whatever no person has to decide.",
        )
        .argument("<file>", "the document; - reads stdin, and with --allow-remote an address is fetched")
        .option("--name <name>", "name of the server (default: from the document's title)")
        .option("--into <folder>", "specs folder (default: specs/<name>)"),
    ),
  )
    .option("--merge", "bring what changed in the document into specs that are there; what a person wrote stays")
    .option("--force", "write files anew that are there, over what a person wrote; removes none")
    .option("--dry-run", "say what would be written, and write nothing")
    .option("-y, --yes", "ask nothing")
    .addHelpText(
      "after",
      "\nExamples:\n  $ toolspec import openapi openapi.yaml --tag Orders --reads\n  $ toolspec import openapi openapi.yaml --path '/v1/orders/**' --method get,post\n  $ toolspec import openapi openapi.yaml --merge --dry-run\n",
    )
    .action(async (file: string, flags: ImportFlags) => {
      const signal = interruptible();
      const { runImport } = await import("../import/run.ts");
      finish(await runImport(file, flags, { cwd: process.cwd(), signal }));
    });
};

/** The flags that say from where a document may be read, which `init` has too. */
export function withRemote(command: Command): Command {
  return command
    .option(
      "--allow-remote",
      "read the document, or parts of it, from elsewhere in the project, its own host and public addresses too",
    )
    .option(
      "--allow-host <host>",
      "read parts from this host too, wherever it is, like docs.example.com or localhost:3000",
      hosts,
      [],
    );
}

/** The flags that choose operations, which `init` has too. */
export function withSelection(command: Command): Command {
  return command
    .option("--tag <tag>", "only operations with this tag; several times for several", gather, [])
    .option("--path <pattern>", "only paths like /v1/orders/**: * is one step, ** any", gather, [])
    .option("--method <methods>", "only these methods, like get,post", methods, [])
    .option("--id <operationId>", "only this operation; several times for several", gather, [])
    .option(
      "--exclude <what>",
      "leave out an operationId, a tag or a path pattern; several times for several",
      gather,
      [],
    )
    .option("--reads", "only GET and HEAD")
    .addOption(
      command
        .createOption("--format <format>", "how the result is shown: pretty or json")
        .choices(["pretty", "json"])
        .default("pretty"),
    );
}

function gather(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

const known: readonly HttpMethod[] = ["get", "head", "post", "put", "patch", "delete"];

function methods(value: string, before: readonly HttpMethod[]): readonly HttpMethod[] {
  const wanted = value
    .toLowerCase()
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
  for (const one of wanted)
    if (!known.includes(one as HttpMethod))
      throw new InvalidArgumentError(`"${one}" is no method that a tool has: write ${known.join(", ")}`);
  return [...before, ...(wanted as HttpMethod[])];
}

function hosts(value: string, before: readonly string[]): readonly string[] {
  const url = URL.parse(`http://${value}`);
  if (url === null || !value.toLowerCase().startsWith(url.hostname) || url.pathname + url.search + url.hash !== "/")
    throw new InvalidArgumentError(`"${value}" is no host: write docs.example.com or localhost:3000`);
  return [...before, value];
}
