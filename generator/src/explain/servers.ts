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
      rule: "toolsets",
      title: "A toolset has tools that there are, and a name that asks for it alone.",
      why: "Clients ask for it by its name; a slip in it would give them fewer tools than its name says.",
      wrong: withServer("toolsets: { vouchers: { description: Look up vouchers., tools: [get_vouchers] } }"),
      right: withServer("toolsets: { vouchers: { description: Look up vouchers., tools: ['*_voucher'] } }"),
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
      rule: "unlocked-change",
      title: "Every advertised definition is as toolspec.lock has it.",
      why: "A client's person once said yes to a tool as it was. The lock shows in a review that it is another now.",
      wrong: { "": text("specs/shop/tools/get_voucher.yaml  (edited)") },
      right: { "": text("$ npx toolspec diff", "$ npx toolspec lock specs/shop", "$ git commit specs/shop") },
    },
    {
      rule: "invalid-lock",
      title: "toolspec.lock is as `toolspec lock` writes it.",
      why: "A line that cannot be read, mostly a merge that was not settled, would let a change pass.",
      wrong: { "": text("<<<<<<< HEAD") },
      right: { "": text("$ npx toolspec lock specs/shop") },
    },
    {
      rule: "lock-file",
      title: "toolspec.lock is a plain file.",
      why: "What stands in its place is never overwritten, and a link never followed.",
      wrong: { "": text("specs/shop/toolspec.lock/  (a folder)") },
      right: { "": text("$ rmdir specs/shop/toolspec.lock", "$ npx toolspec lock specs/shop") },
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
