import type { PromptArgumentIr, PromptIr, ServerIr } from "../ir/tool.ts";
import { block, type Doc, list, print } from "../print.ts";
import { codegen, importLine } from "./file-scope.ts";
import { header } from "./header.ts";
import { properties } from "./properties.ts";
import type { FileSource } from "./tool-file.ts";

/** `prompts.ts`: what `prompts/list` and `prompts/get` answer, rendered but for the arguments. */
export function promptsFile(server: ServerIr): FileSource {
  const text = [
    header(server.source, "specs"),
    importLine(["PromptDefinition"], codegen, "import type"),
    "\n/** By file name. */\n",
    print([
      "export const prompts: readonly PromptDefinition[] = ",
      list("[", server.prompts.map(promptSource), "]"),
      ";",
    ]),
    "\n",
  ].join("");
  return { text, statements: 2 };
}

function promptSource({ name, title, description, arguments: asked, text }: PromptIr): Doc {
  return block([
    ...properties({ name, title, description }),
    ["arguments: ", list("[", asked.map(argumentSource), "]")],
    ...properties({ text }),
  ]);
}

function argumentSource({ name, description, required, otherwise }: PromptArgumentIr): Doc {
  return block(properties({ name, description, required, otherwise }));
}
