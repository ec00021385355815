import * as z from "zod";
import { promptShape } from "./prompt-shape.ts";
import { serverShape } from "./server-shape.ts";
import { toolShape } from "./tool-shape.ts";

/** The JSON Schemas for editors, by file name below `generator/schema/`. Made from the shapes, so they cannot differ. */
export function editorSchemas(): Readonly<Record<string, string>> {
  return {
    "server.schema.json": editorSchema(serverShape, "The server of a folder of tool specs"),
    // Said here, because the shape has both keys as optional ones; see `checkTool`.
    "tool.schema.json": editorSchema(toolShape, "A tool", {
      oneOf: [{ required: ["request"] }, { required: ["content"] }],
    }),
    "prompt.schema.json": editorSchema(promptShape, "A prompt"),
  };
}

/** Draft 7 is what yaml-language-server and editors' older engines all understand. */
function editorSchema(shape: z.ZodType, title: string, further: object = {}): string {
  const schema = z.toJSONSchema(shape, {
    target: "draft-07",
    io: "input",
    override: ({ jsonSchema }) => {
      // Vendors' extensions are welcome in every map with fixed keys, as in `checkShape`.
      if (jsonSchema.properties !== undefined && jsonSchema.additionalProperties === false) {
        jsonSchema.patternProperties = { "^x-": {} };
      }
    },
  });
  return `${JSON.stringify({ title, ...schema, ...further }, null, 2)}\n`;
}
