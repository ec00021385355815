import { Option } from "commander";
import { hasColours } from "../terminal.ts";
import { type AddCommand, exit } from "./command.ts";

/** `toolspec explain`. */
export const addExplain: AddCommand = (program, { finish }) => {
  program
    .command("explain")
    .argument("[rule]", "id of a rule, as problems name it")
    .summary("say why a rule is one, with an example")
    .description(
      "Explain one rule: what must hold, why, an example that is wrong and the same one right. Without a rule: list all, by area.",
    )
    .addOption(new Option("--format <format>", "how it is shown").choices(["pretty", "json"]).default("pretty"))
    .option("--debug", "print the stack of an internal error")
    .action(async (rule: string | undefined, { format }: { readonly format: "pretty" | "json" }) => {
      const { catalogue, explanationOf } = await import("../explain/catalogue.ts");
      const { catalogueText, explanationText } = await import("../explain/show.ts");
      const colour = hasColours(process.stdout);
      const all = catalogue.flatMap(({ explanations }) => explanations);
      if (rule === undefined) {
        process.stdout.write(format === "json" ? `${JSON.stringify(catalogue, null, 2)}\n` : catalogueText(colour));
        return finish(exit.fine);
      }
      const found = explanationOf(rule);
      if (found === undefined) {
        const { didYouMean } = await import("../spec/near.ts");
        const { visible } = await import("../spec/problem.ts");
        const hint = didYouMean(
          rule,
          all.map((one) => one.rule),
        );
        process.stderr.write(
          `toolspec explain: there is no rule ${visible(rule)}: ${hint ?? "toolspec explain lists all"}\n`,
        );
        return finish(exit.usage);
      }
      process.stdout.write(format === "json" ? `${JSON.stringify(found, null, 2)}\n` : explanationText(found, colour));
      finish(exit.fine);
    });
};
