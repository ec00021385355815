import type { Command } from "commander";
import type { AddCommand } from "./command.ts";
import { storeCommands } from "./store-commands.ts";

/** `toolspec serve`, and the commands on a server's store. */
export const addHandedOver: AddCommand = (program, { finish }) => {
  handedOver(program.command("serve"))
    .usage("<specs> [options of the server]")
    .description("Serve the generated code of one specs folder, if it is up to date.")
    .action(async (args: string[]) => {
      const { serve } = await import("../handover.ts");
      finish(await serve(args));
    });
  for (const { name, verbs, description } of storeCommands) {
    handedOver(program.command(name))
      .usage(`<${verbs.join("|")}> <specs> [options]`)
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
