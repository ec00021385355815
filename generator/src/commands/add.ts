import { Option } from "commander";
import type { AddCommand } from "./command.ts";

/** `toolspec add`. */
export const addAdd: AddCommand = (program, { finish }) => {
  program
    .command("add")
    .summary("write one tool file for a request")
    .description(
      "Write the file of one tool. With a contract in the specs folder everything is taken from there; without one, inputs are made from the placeholders, the query, or a curl command that works.",
    )
    .argument("<tool>", "the tool's name, like create_voucher")
    .option("--get <path>", "GET this path, like /v1/orders/{id}?status&limit=20")
    .option("--post <path>", "POST to this path")
    .option("--put <path>", "PUT to this path")
    .option("--patch <path>", "PATCH this path")
    .option("--delete <path>", "DELETE this path")
    .option("--from-curl <command>", "take the request from a curl command; credentials in it are left out")
    .option("--scope <name>", "scope that a caller needs; added to server.yaml where it is new")
    .option("--description <text>", "what the tool does, for the model")
    .option("--specs <folder>", "specs folder (default: the only one in ./specs)")
    .option("--force", "write the file anew if it is there")
    .addOption(new Option("--format <format>", "how the result is shown").choices(["pretty", "json"]).default("pretty"))
    .addHelpText(
      "after",
      '\nExamples:\n  $ toolspec add list_orders --get "/v1/orders?status&limit=20" --scope ORDER_READ\n  $ toolspec add refund_order --from-curl "curl -X POST https://api.example.com/v1/orders/42/refund -d \'{\\"amount\\":5}\'"\n',
    )
    .action(async (tool: string, flags) => {
      const { addTool } = await import("../import/add.ts");
      finish(await addTool(tool, flags, process.cwd()));
    });
};
