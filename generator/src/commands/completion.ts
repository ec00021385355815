import { Argument } from "commander";
import type { AddCommand } from "./command.ts";

const shells = ["bash", "zsh", "fish", "powershell"] as const;

/** `toolspec completion`, and the hidden `complete` that its scripts ask for candidates. */
export const addCompletion: AddCommand = (program) => {
  program
    .command("completion")
    .summary("print the script that completes commands in your shell")
    .description(
      "Print a script for your shell. In bash: `source <(toolspec completion bash)`; zsh: the same with zsh; fish: `toolspec completion fish | source`; PowerShell: `toolspec completion powershell | Out-String | Invoke-Expression`. Put that line into the file your shell reads when it starts.",
    )
    .addArgument(new Argument("<shell>", "your shell").choices(shells))
    .action(async (shell: string) => {
      if (shell === "bash") {
        const { bashScript } = await import("../bash-completion.ts");
        process.stdout.write(bashScript);
        return;
      }
      const { script } = await import("@bomb.sh/tab");
      script(shell, "toolspec", "toolspec");
    });
  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .allowUnknownOption()
    .passThroughOptions()
    .helpOption(false)
    .action(async (words: string[]) => {
      const { complete } = await import("../completion.ts");
      complete(program, words);
    });
};
