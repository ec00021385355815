import type { AddCommand } from "./command.ts";

/** `toolspec call`: all arguments, `--help` too, are the runtime's. */
export const addCall: AddCommand = (program, { finish }) => {
  program
    .command("call")
    .usage("[tool] [name=value...] [options] [specs]")
    .description("Call one tool, of a running server or in this process.")
    .argument("[args...]")
    .allowUnknownOption()
    .passThroughOptions()
    .helpOption(false)
    .action(async (args: string[]) => {
      const { call } = await import("../handover.ts");
      finish(await call(args));
    });
};
