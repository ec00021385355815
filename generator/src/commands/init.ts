import type { InitFlags } from "../import/init.ts";
import type { AddCommand } from "./command.ts";
import { withSelection } from "./import.ts";

/** `toolspec init`. */
export const addInit: AddCommand = (program, { finish, interruptible }) => {
  withSelection(
    program
      .command("init")
      .summary("set up a project: specs, scripts, editor, first generated code")
      .description(
        "Set up a project for a server: from an OpenAPI document, or from the address of an API. Asks on a terminal; the flags say the same.",
      )
      .option("--from <file>", "an OpenAPI document, as `toolspec import openapi` reads it")
      .option("--upstream <url>", "address of the REST API, where there is no document")
      .option(
        "--auth <how>",
        "how this server signs in there: header:X-API-Key, query:key, bearer, basic or none (default: none)",
      )
      .option("--name <name>", "name of the server (default: from the document or the address)"),
  )
    .option("--allow-remote", "read the document, or parts of it, from addresses and from elsewhere in the project too")
    .option("--force", "write specs anew that are there; removes none")
    .option("-y, --yes", "ask nothing")
    .addHelpText(
      "after",
      "\nExamples:\n  $ toolspec init --from openapi.yaml --reads --yes\n  $ toolspec init --yes --name acme --upstream https://api.acme.example --auth header:X-API-Key\n",
    )
    .action(async (flags: InitFlags) => {
      const signal = interruptible();
      const { runInit } = await import("../import/init.ts");
      finish(await runInit(flags, { cwd: process.cwd(), signal }));
    });
};
