import type { Rule } from "../ir/draft.ts";

/** `get_approval` is generated where calls can wait for an operator, so no file is called so. */
export const reservedTool: Rule = ({ tools, generatedTools }) =>
  tools
    .filter(({ name }) => generatedTools.includes(name.toLowerCase()))
    .map(({ file, name }) => ({
      rule: "reserved-tool",
      file,
      path: [],
      message: `${name} is generated, because server.yaml has approvals`,
      mend: "rename the file",
    }));
