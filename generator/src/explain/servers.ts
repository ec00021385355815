import { type Area, type Example, server, text, tool } from "./explanation.ts";

const good = tool("get_voucher", "description: Return one voucher.", "request: GET /v1/vouchers");
const key = "{ apiKey: { header: X-API-Key, kinds: { agent: { prefix: sh_ak_, scoped: true } } } }";
const url = "url: https://api.example.com";
const service = `upstream: { ${url}, credentials: { service: { header: X-Key, secret: '\${SHOP_KEY}' } } }`;

function withServer(...lines: readonly string[]): Example {
  return { ...server(...lines), ...good };
}

function oauth(rest = ""): string {
  return `{ oauth: { issuer: 'https://login.example', audience: 'https://shop.example/mcp', tenant: { claim: shop, title: Shop }${rest} } }`;
}

const mcp = "mcp: { url: https://shop.example/mcp }";

/** server.yaml: who may call, and how the upstream is reached. */
export const servers: Area = {
  title: "The server",
  explanations: [
    {
      rule: "key-kinds",
      title: "Kinds of keys can be told apart by their prefixes.",
      why: "The prefix decides what a key may do before anything else is known of it.",
      wrong: withServer(
        "auth: [{ apiKey: { header: X-API-Key, kinds: { agent: { prefix: sh_ }, secret: { prefix: sh_sk_ } } } }]",
      ),
      right: withServer(
        "auth: [{ apiKey: { header: X-API-Key, kinds: { agent: { prefix: sh_ak_ }, secret: { prefix: sh_sk_ } } } }]",
      ),
    },
    {
      rule: "token-auth",
      title: "Connection tokens are told apart from keys, and grant scopes that there are.",
      why: "What a token may do follows from its prefix and its grants alone.",
      wrong: withServer(`auth: [${key}, { token: { prefix: sh_ak_, validation: local, grants: [READ] } }]`),
      right: withServer(`auth: [${key}, { token: { prefix: sh_ct_, validation: local, grants: [READ] } }]`),
    },
    {
      rule: "oauth-once",
      title: "A server trusts one authorization server.",
      why: "With two, a token of the one could be taken for the other's.",
      wrong: withServer(mcp, `auth: [${oauth()}, ${oauth()}]`),
      right: withServer(mcp, `auth: [${oauth()}]`),
    },
    {
      rule: "oauth-audience",
      title: "The audience is the address that clients connect to.",
      why: "Clients refuse a server whose tokens are for another address (RFC 8707, RFC 9728).",
      wrong: withServer(
        "mcp: { url: https://shop.example/mcp }",
        `auth: [${oauth().replace("shop.example", "other.example")}]`,
      ),
      right: withServer(mcp, `auth: [${oauth()}]`),
    },
    {
      rule: "oauth-credentials",
      title: "An access token is never sent on to the upstream.",
      why: "It was issued for this server alone; exchange gets one for the upstream (RFC 8693).",
      wrong: withServer(mcp, `auth: [${oauth()}]`, `upstream: { ${url}, credentials: forward }`),
      right: withServer(mcp, `auth: [${oauth()}]`, service),
    },
    {
      rule: "oauth-path",
      title: "Keys and OAuth are served at different paths.",
      why: "Several clients drop a configured key as soon as they find OAuth metadata at the same address.",
      wrong: withServer(mcp, `auth: [${key}, ${oauth(", path: /mcp")}]`),
      right: withServer(mcp, `auth: [${key}, ${oauth(", path: /mcp/oauth").replace("/mcp'", "/mcp/oauth'")}]`),
    },
    {
      rule: "oauth-scopes",
      title: "Roles are given scopes that are declared.",
      why: "A slip would take a role its rights silently.",
      wrong: withServer(mcp, `auth: [${oauth(", role: { claim: role, scopes: { viewer: [REED] } }")}]`),
      right: withServer(mcp, `auth: [${oauth(", role: { claim: role, scopes: { viewer: [READ] } }")}]`),
    },
    {
      rule: "adapter",
      title: "An adapter logs in with OAuth, at an address that is known.",
      why: "It is published as a package, and nobody configures it afterwards.",
      wrong: withServer("adapter: { package: '@shop/mcp' }"),
      right: withServer(mcp, `auth: [${oauth()}]`, "adapter: { package: '@shop/mcp' }", service),
    },
    {
      rule: "relay-header",
      title: "The co-signature has a header of its own.",
      why: "One that is set for another purpose would be overwritten, or overwrite it.",
      wrong: withServer(
        "relay: { header: X-API-Key, secret: '${RELAY_SECRET}' }",
        `upstream: { ${url}, credentials: forward }`,
      ),
      right: withServer(
        "relay: { header: X-Relay, secret: '${RELAY_SECRET}' }",
        `upstream: { ${url}, credentials: forward }`,
      ),
    },
    {
      rule: "approvals-credentials",
      title: "Calls that wait are sent with credentials of the service.",
      why: "The caller's own are not kept while an operator decides.",
      wrong: withServer("approvals: {}", `upstream: { ${url}, credentials: forward }`),
      right: withServer("approvals: {}", service),
    },
    {
      rule: "approvals-path",
      title: "Nothing else is served where callers ask for their approvals.",
      why: "One of the two would never be reached.",
      wrong: withServer("approvals: { pollPath: '/llms/{id}' }", service),
      right: withServer("approvals: { pollPath: '/v1/approvals/{id}' }", service),
    },
    {
      rule: "tool-order",
      title: "tools: lists tools that there are, each once, and with groups all of them.",
      why: "The list is the order in which models and people read; what is left out by a slip is found last.",
      wrong: withServer("tools: [get_vouchers]"),
      right: withServer("tools: [get_voucher]"),
    },
    {
      rule: "withheld",
      title: "What is withheld is not offered at the same time.",
      why: "People read the list of what agents cannot do, and rely on it.",
      wrong: withServer("withheld: [{ capability: Get voucher, reason: It is private. }]"),
      right: withServer("withheld: [{ capability: Delete vouchers, reason: They are bookkeeping. }]"),
    },
    {
      rule: "manifest-budget",
      title: "llms/mcp.txt stays within the budget that server.yaml states.",
      why: "Agents read all of it before anything else.",
      wrong: withServer("manifest: { budgetTokens: 10 }"),
      right: withServer("manifest: { budgetTokens: 4000 }"),
    },
  ],
};

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

/** What the commands say of generated files. */
export const generatedFiles: Area = {
  title: "Generated files",
  explanations: [
    {
      rule: "stale-file",
      title: "Generated files are what the specs say.",
      why: "They are committed and reviewed with the specs; a stale one serves what nobody wrote.",
      wrong: { "": text("$ git commit specs/shop") },
      right: { "": text("$ npx toolspec generate", "$ git commit specs/shop generated/shop") },
    },
    {
      rule: "obstacle",
      title: "Nothing that toolspec did not write is in the way.",
      why: "A person's file is never overwritten, and a link never followed: nothing is written until it is moved.",
      wrong: { "": text("generated/shop/tools/get_voucher.ts  (written by hand)") },
      right: { "": text("src/get_voucher.ts  (written by hand)") },
    },
  ],
};
