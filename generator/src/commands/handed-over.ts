import type { Command } from "commander";
import type { Administration } from "../handover.ts";
import type { AddCommand } from "./command.ts";

/** Commands that the runtime knows all about; here they have their line of help. */
const administration: readonly {
  readonly name: Administration;
  readonly usage: string;
  readonly description: string;
}[] = [
  { name: "keys", usage: "<create|list|revoke> [options]", description: "Create, list and revoke API keys." },
  { name: "tokens", usage: "<command> [options]", description: "Create, list, rotate and revoke tokens." },
  { name: "tenants", usage: "<command> [options]", description: "Suspend tenants and let them in again." },
  { name: "approvals", usage: "<command> [options]", description: "Decide on calls that wait for an operator." },
  { name: "policy", usage: "<command> [options]", description: "Say which calls of a tenant wait, and why." },
  { name: "audit", usage: "<command> [options]", description: "Read the audit trail." },
  { name: "webhooks", usage: "<command> [options]", description: "Tell other systems of calls that wait." },
  { name: "operators", usage: "<command> [options]", description: "Say who may sign in to the console." },
];

/** `toolspec serve`, and the commands on a server's store. */
export const addHandedOver: AddCommand = (program, { finish }) => {
  handedOver(program.command("serve"))
    .usage("<specs> [options of the server]")
    .description("Serve the generated code of one specs folder, if it is up to date.")
    .action(async (args: string[]) => {
      const { serve } = await import("../handover.ts");
      finish(await serve(args));
    });
  for (const { name, usage, description } of administration) {
    handedOver(program.command(name))
      .usage(usage)
      .description(description)
      .action(async (args: string[]) => {
        const { administer } = await import("../handover.ts");
        finish(await administer(name, args));
      });
  }
};

/** All arguments, `--help` too, are the runtime's. */
function handedOver(command: Command): Command {
  return command.argument("[args...]").allowUnknownOption().passThroughOptions().helpOption(false);
}
