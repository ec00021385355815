import { type Area, type Example, server, text, tool } from "./explanation.ts";

function write(name: string, ...lines: readonly string[]): Example {
  return tool(name, "description: Change one voucher of the shop, and return it with its code.", ...lines);
}

const decided = ["scope: WRITE", "disposition: auto", "dryRun: plan"];
const post = "request: POST /v1/vouchers";

function contract(operation: string): string {
  return text(
    "openapi: 3.1.0",
    "info: { title: Shop, version: 2.0.0 }",
    "paths:",
    `  /v1/vouchers: { get: ${operation} }`,
  );
}

const list = tool("list_vouchers", "description: List vouchers.", "request: GET /v1/vouchers");

function tools(count: number): Example {
  const all = Array.from({ length: count }, (_, index) => `get_part_${index + 1}`);
  return Object.assign({}, ...all.map((name) => tool(name, "description: Return a part.", `request: GET /v1/${name}`)));
}

/** Lint: reads, writes, and the server as a whole. */
export const lintSafety: Area = {
  title: "Lint: reads, writes, servers",
  explanations: [
    {
      rule: "read-method",
      title: "A read by POST says why it changes nothing.",
      why: "Reads run without a question. A method that may change something needs somebody's word that it does not.",
      wrong: write("search_vouchers", "access: read", "request: POST /v1/vouchers/search"),
      right: write(
        "search_vouchers",
        "access: read",
        "notes: The API's page says that it only searches.",
        "request: POST /v1/vouchers/search",
      ),
    },
    {
      rule: "read-name",
      title: "A read is not named like a write.",
      why: "There are APIs that delete by GET. As a read it would run without scope, question and intent in the audit trail.",
      wrong: write("delete_voucher", "request: GET /v1/vouchers/delete"),
      right: write("delete_voucher", "access: write", ...decided, "request: GET /v1/vouchers/delete"),
    },
    {
      rule: "write-scope",
      title: "A write asks for a scope.",
      why: "Without one every caller may use it, also those who were given a key for reading.",
      wrong: write("create_voucher", "disposition: auto", "dryRun: plan", post),
      right: write("create_voucher", ...decided, post),
    },
    {
      rule: "dry-run-decision",
      title: "A write says whether it can be tried without effect.",
      why: "A dry run lets a person see what would happen. `none` is an answer; silence may be an oversight.",
      wrong: write("create_voucher", "scope: WRITE", "disposition: auto", post),
      right: write("create_voucher", ...decided, post),
    },
    {
      rule: "idempotency-decision",
      title: "A POST or PATCH says what a repeated call does.",
      why: "Networks lose answers and models try again. `idempotent: false` makes clients ask; a header makes a repetition harmless.",
      wrong: write("create_voucher", ...decided, post),
      right: write("create_voucher", ...decided, "idempotency: { header: Idempotency-Key }", post),
    },
    {
      rule: "destructive-auto",
      title: "What removes something waits for a person, or can be tried before.",
      why: "A model that misunderstood is otherwise found out when the data is gone.",
      wrong: write(
        "delete_voucher",
        "scope: WRITE",
        "disposition: auto",
        "dryRun: none",
        "request: DELETE /v1/vouchers",
      ),
      right: write(
        "delete_voucher",
        "scope: WRITE",
        "disposition: confirm",
        "dryRun: none",
        "request: DELETE /v1/vouchers",
      ),
    },
    {
      rule: "destructive-hint",
      title: "A POST that cancels, revokes or removes says whether it destroys.",
      why: "Clients ask a person before what is destructive, and they know it from the hint alone, which POST does not imply.",
      wrong: write("cancel_voucher", ...decided, "request: POST /v1/vouchers/cancel"),
      right: write(
        "cancel_voucher",
        ...decided,
        "annotations: { destructiveHint: true }",
        "request: POST /v1/vouchers/cancel",
      ),
    },
    {
      rule: "annotation-conflict",
      title: "Hints agree with access, method and idempotent.",
      why: "Clients decide by hints whether a person is asked. A write that calls itself read-only is never asked about.",
      wrong: write("create_voucher", ...decided, "annotations: { readOnlyHint: true }", post),
      right: write("create_voucher", ...decided, post),
    },
    {
      rule: "deprecated-without-use",
      title: "A deprecated tool says what to use instead.",
      why: "Whoever is only told that something goes keeps on using it.",
      wrong: { ...list, ...write("get_voucher", "request: GET /v1/v", 'deprecated: { since: "2.0" }') },
      right: {
        ...list,
        ...write("get_voucher", "request: GET /v1/v", 'deprecated: { since: "2.0", use: list_vouchers }'),
      },
    },
    {
      rule: "deprecated-operation",
      title: "A tool whose operation the contract calls deprecated is deprecated too.",
      why: "Callers of this server do not read the upstream's contract.",
      wrong: { "openapi.yaml": contract("{ deprecated: true }"), ...list },
      right: { "openapi.yaml": contract("{}"), ...list },
    },
    {
      rule: "vanished-operation",
      title: "No tool calls an operation that the upstream's document no longer has.",
      why: "`import --merge` keeps such tools, because only a person can say whether they are replaced or removed.",
      wrong: { "openapi.yaml": contract('{ x-toolspec-vanished: "3.0.0" }'), ...list },
      right: { "openapi.yaml": contract("{}"), ...list },
    },
    {
      rule: "tool-count",
      title: "A client that asks for nothing gets at most 25 tools.",
      why: "With more, models choose the wrong one noticeably more often; some clients take 40 of all servers together. Toolsets keep the default list short.",
      wrong: tools(26),
      right: tools(3),
    },
    {
      rule: "toolset-missing",
      title: "Where some toolsets are the default, every tool is in a toolset.",
      why: "Else it is found only by whoever asks for all tools at once.",
      wrong: {
        ...tools(2),
        ...server("toolsets: { some: { description: Some of them., tools: [get_part_1], default: true } }"),
      },
      right: {
        ...tools(2),
        ...server("toolsets: { some: { description: All of them., tools: ['get_*'], default: true } }"),
      },
    },
    {
      rule: "unused-scope",
      title: "Every scope is asked for by some tool.",
      why: "A scope that allows nothing is granted all the same, by somebody who believes that it does.",
      wrong: server("scopes: { READ: Read vouchers., EXPORT: Export vouchers. }"),
      right: {
        ...server("scopes: { READ: Read vouchers. }"),
        ...write("get_voucher", "scope: READ", "request: GET /v1/v"),
      },
    },
    {
      rule: "token-budget",
      title: "tools/list stays within the budgets of server.yaml.",
      why: "Every conversation pays for the whole list. A budget keeps it from growing unnoticed; `lint --tokens` shows who takes what.",
      wrong: { ...server("lint: { budgets: { listTokens: 10 } }"), ...list },
      right: { ...server("lint: { budgets: { listTokens: 5000 } }"), ...list },
    },
    {
      rule: "ignore-reason",
      title: "An ignore comment names a rule and a reason.",
      why: "Whoever reads it in a year has to know whether the reason still holds.",
      wrong: { ...write("create_voucher", "# toolspec-ignore write-scope", "disposition: auto", post) },
      right: {
        ...write(
          "create_voucher",
          "disposition: auto",
          "# toolspec-ignore write-scope: every caller is the shop's own",
          post,
        ),
      },
    },
    {
      rule: "ignore-unknown",
      title: "An ignore comment names a lint rule.",
      why: "A misspelt name ignores nothing. What is an error when generating cannot be ignored at all.",
      wrong: write(
        "create_voucher",
        "disposition: auto",
        "# toolspec-ignore write-scop: every caller is the shop's own",
        post,
      ),
      right: write(
        "create_voucher",
        "disposition: auto",
        "# toolspec-ignore write-scope: every caller is the shop's own",
        post,
      ),
    },
    {
      rule: "ignore-unused",
      title: "An ignore comment ignores something.",
      why: "One that is left over hides the next finding of the same rule. `lint --fix` removes it.",
      wrong: write("create_voucher", ...decided, "# toolspec-ignore write-scope: every caller is the shop's own", post),
      right: write("create_voucher", ...decided, post),
    },
  ],
};
