import { type Area, type Example, server, text, tool } from "./explanation.ts";

const good = tool("get_voucher", "description: Return one voucher.", "request: GET /v1/vouchers");
const collection =
  "content: { recipes: { key: name, schema: { type: object, required: [name], properties: { name: { type: string } }, additionalProperties: false } } }";
const entry = { "content/recipes/shopify.yaml": "name: shopify\n" };
const listing = ["description: List recipes.", "content: { list: recipes, fields: [name] }"];

function withContent(files: Example, ...lines: readonly string[]): Example {
  return { ...server(collection), ...files, ...tool("list_recipes", ...(lines.length === 0 ? listing : lines)) };
}

function prompt(...lines: readonly string[]): Example {
  return { ...good, "prompts/install.yaml": text("title: Install", "description: Help to install.", ...lines) };
}

/** Local content and prompts. */
export const contents: Area = {
  title: "Content and prompts",
  explanations: [
    {
      rule: "unknown-content",
      title: "A folder below content/ is a collection of server.yaml.",
      why: "Entries that no collection declares would never be shown.",
      wrong: { ...good, "content/recipes/shopify.yaml": "name: shopify\n" },
      right: withContent(entry),
    },
    {
      rule: "content-key",
      title: "An entry's key is its file's name.",
      why: "A tool finds it by that.",
      wrong: withContent({ "content/recipes/shopify.yaml": "name: Shopify\n" }),
      right: withContent(entry),
    },
    {
      rule: "content-entry",
      title: "An entry fits the collection's schema.",
      why: "The schema is what tools advertise as their output.",
      wrong: withContent({ "content/recipes/shopify.yaml": "name: shopify\nsteps: 3\n" }),
      right: withContent(entry),
    },
    {
      rule: "content-fallback",
      title: "The entry that answers for unknown keys is there.",
      why: "Else unknown keys would be answered with nothing.",
      wrong: { ...withContent(entry), ...server(collection.replace("key: name,", "key: name, fallback: generic,")) },
      right: { ...withContent(entry), ...server(collection.replace("key: name,", "key: name, fallback: shopify,")) },
    },
    {
      rule: "content-tool",
      title: "A tool that answers from content says nothing of requests, and names what there is.",
      why: "Nothing is sent, so timeouts, dry runs and constants would have no effect.",
      wrong: withContent(entry, "description: List recipes.", "content: { list: recipes, fields: [title] }"),
      right: withContent(entry),
    },
    {
      rule: "prompt-name",
      title: "A prompt's name is lower-case letters, digits and _, at most 40.",
      why: "Clients make commands of prompts' names.",
      wrong: { ...good, "prompts/Install-It.yaml": "title: I\ndescription: Help.\nsteps: [{ say: Install it. }]\n" },
      right: prompt("steps: [{ say: Install it. }]"),
    },
    {
      rule: "prompt-placeholder",
      title: "Placeholders and arguments of a prompt are the same.",
      why: "A placeholder without an argument reaches the model as {name}.",
      wrong: prompt("steps: [{ say: 'Install it on {platform}.' }]"),
      right: prompt(
        "arguments: { platform: { description: Where. } }",
        "steps: [{ say: 'Install it on {platform}.' }]",
      ),
    },
    {
      rule: "unknown-tool-call",
      title: "A prompt's steps call tools that there are.",
      why: "The recommended order of calls also stands in the server's instructions.",
      wrong: prompt("steps: [{ call: get_vouchers }]"),
      right: prompt("steps: [{ call: get_voucher }]"),
    },
  ],
};
