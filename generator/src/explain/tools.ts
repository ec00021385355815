import { type Area, type Example, server, tool } from "./explanation.ts";

const description = "description: Create one voucher.";
const post = "request: POST /v1/vouchers";
const auto = "disposition: auto";

function write(...lines: readonly string[]): Example {
  return tool("create_voucher", description, ...lines);
}

function read(...lines: readonly string[]): Example {
  return tool("get_voucher", "description: Return one voucher.", ...lines);
}

const good = write(post, auto);
const keyInQuery = server(
  "upstream: { url: https://api.example.com, credentials: { service: { query: api_key, secret: '${SHOP_KEY}' } } }",
);

/** Tools: requests, inputs, writes. */
export const tools: Area = {
  title: "Tools",
  explanations: [
    {
      rule: "tool-name",
      title: "A tool's name is lower-case letters, digits and _, at most 40.",
      why: "It is what every client and model API takes, with room for the prefix that clients put before it.",
      wrong: { "tools/getVoucher.yaml": "description: Return one.\nrequest: GET /v1/v\n" },
      right: { "tools/get_voucher.yaml": "description: Return one.\nrequest: GET /v1/v\n" },
    },
    {
      rule: "duplicate-tool",
      title: "One file a tool.",
      why: "`a.yaml` beside `a.yml` would be one of the two, and which one nobody sees.",
      wrong: { ...good, "tools/create_voucher.yml": `${description}\n${post}\n${auto}\n` },
      right: good,
    },
    {
      rule: "reserved-tool",
      title: "No file has the name of a tool that is generated.",
      why: "`approvals:` brings get_approval, by which agents ask what became of a call.",
      wrong: { ...server("approvals: {}"), ...tool("get_approval", "description: Return one.", "request: GET /v1/a") },
      right: {
        ...server("approvals: {}"),
        ...tool("get_approval_rules", "description: Return them.", "request: GET /v1/a"),
      },
    },
    {
      rule: "reserved-input",
      title: "dry_run and confirm are the language's own.",
      why: "Tools that need them get them, with the meaning that models were told.",
      wrong: write(post, auto, "inputs: { dry_run?: boolean }"),
      right: write(post, auto, "dryRun: plan"),
    },
    {
      rule: "input-placement",
      title: "Every input goes to exactly one place, and every place of the path gets one.",
      why: "An input that goes nowhere is one that a model fills in for nothing.",
      wrong: read("request: GET /v1/vouchers/{code}", "inputs: { id: string }"),
      right: read("request: GET /v1/vouchers/{code}", "inputs: { code: string }"),
    },
    {
      rule: "path-parameter-optional",
      title: "An input of the path is required.",
      why: "Without it there is no address to send the request to.",
      wrong: read("request: GET /v1/vouchers/{code}", "inputs: { code?: string }"),
      right: read("request: GET /v1/vouchers/{code}", "inputs: { code: string }"),
    },
    {
      rule: "header-form",
      title: "Header names and constants have the form that HTTP gives them.",
      why: "A new line in a header is another header, or another request.",
      wrong: read("request: { method: GET, path: /v1/v, headers: { 'X Mode': fast } }"),
      right: read("request: { method: GET, path: /v1/v, headers: { X-Mode: fast } }"),
    },
    {
      rule: "reserved-header",
      title: "No input and no constant sets a header that is the server's.",
      why: "Such headers frame the message or carry credentials; a caller that sets one could be somebody else.",
      wrong: read("request: GET /v1/v", "inputs: { key: { type: string, in: header, as: Authorization } }"),
      right: read("request: GET /v1/v", "inputs: { region: { type: string, in: header, as: X-Region } }"),
    },
    {
      rule: "reserved-query",
      title: "No input and no constant sets the query parameter that carries the server's credential.",
      why: "A caller that sets it could be somebody else.",
      wrong: { ...keyInQuery, ...read("request: GET /v1/v", "inputs: { api_key?: string }") },
      right: { ...keyInQuery, ...read("request: GET /v1/v", "inputs: { region?: string }") },
    },
    {
      rule: "parameter-style",
      title: "An input is written in a style that its place has.",
      why: "OpenAPI gives paths, queries, headers and cookies different styles; another one is read by nobody.",
      wrong: read("request: GET /v1/v", "inputs: { ids: { type: array, items: { type: string }, style: label } }"),
      right: read(
        "request: GET /v1/v",
        "inputs: { ids: { type: array, items: { type: string }, style: pipeDelimited } }",
      ),
    },
    {
      rule: "body-form",
      title: "A body of text or bytes comes from one string, and has no fields.",
      why: "Anything else would have to be turned into a text in a way that nobody has agreed on.",
      wrong: write(
        "request: { method: POST, path: /v1/v, contentType: text/csv }",
        auto,
        "inputs: { rows: { type: integer, in: requestBody } }",
      ),
      right: write(
        "request: { method: POST, path: /v1/v, contentType: text/csv }",
        auto,
        "inputs: { rows: { type: string, in: requestBody } }",
      ),
    },
    {
      rule: "read-access",
      title: "PUT, PATCH and DELETE are writes.",
      why: "They change something by what they are (RFC 9110), and reads run without a question.",
      wrong: write("request: PUT /v1/vouchers", "access: read"),
      right: write("request: PUT /v1/vouchers", auto),
    },
    {
      rule: "read-disposition",
      title: "A read has no disposition.",
      why: "Reads always run; one that should wait is a write.",
      wrong: read("request: GET /v1/v", auto),
      right: read("request: GET /v1/v"),
    },
    {
      rule: "write-disposition",
      title: "A write says what happens to it.",
      why: "Whether a model may do it alone is decided by a person, and never by silence.",
      wrong: write(post),
      right: good,
    },
    {
      rule: "threshold-input",
      title: "A threshold compares an input that is a number.",
      why: "What cannot be compared would always wait, or never.",
      wrong: write(post, "disposition: { upTo: 100, of: name, beyond: confirm }", "inputs: { name: string }"),
      right: write(post, "disposition: { upTo: 100, of: count, beyond: confirm }", "inputs: { count: integer }"),
    },
    {
      rule: "condition",
      title: "A condition is CEL over input, caller and now, and of type bool.",
      why: "Types are checked here, so that no condition fails when a call is decided.",
      wrong: write(
        post,
        "disposition: [{ when: 'input.amount > \"a\"', then: confirm }, { otherwise: auto }]",
        "inputs: { amount: number }",
      ),
      right: write(
        post,
        "disposition: [{ when: 'input.amount > 500.0', then: confirm }, { otherwise: auto }]",
        "inputs: { amount: number }",
      ),
    },
    {
      rule: "approvals-needed",
      title: "Where calls may wait, server.yaml has approvals.",
      why: "Somebody has to decide on them, and callers have to be told where to ask.",
      wrong: write(post, "disposition: approval"),
      right: {
        ...server(
          "approvals: {}",
          "upstream: { url: https://api.example.com, credentials: { service: { header: X-Key, secret: '${SHOP_KEY}' } } }",
        ),
        ...write(post, "disposition: approval"),
      },
    },
    {
      rule: "dry-run-parameter",
      title: "dryRun: forward needs dryRunParameter in server.yaml.",
      why: "The upstream has to be told that the call is a rehearsal, where it looks for that.",
      wrong: write(post, auto, "dryRun: forward"),
      right: { ...server("dryRunParameter: { query: dry_run }"), ...write(post, auto, "dryRun: forward") },
    },
    {
      rule: "idempotency-header",
      title: "The idempotency header is a write's, and set by nothing else.",
      why: "It carries the call's id on every attempt; two sources for it would make repetitions look new.",
      wrong: read("request: GET /v1/v", "idempotency: { header: Idempotency-Key }"),
      right: write(post, auto, "idempotency: { header: Idempotency-Key }"),
    },
    {
      rule: "constraint-inputs",
      title: "Constraints are about inputs that there are, and that can be left out.",
      why: "A choice among inputs that are always given is none.",
      wrong: read(
        "request: GET /v1/v",
        "inputs: { id?: string, code?: string }",
        "constraints: [{ exactlyOneOf: [id, cod] }]",
      ),
      right: read(
        "request: GET /v1/v",
        "inputs: { id?: string, code?: string }",
        "constraints: [{ exactlyOneOf: [id, code] }]",
      ),
    },
    {
      rule: "pagination-style",
      title: "pagination names a style of server.yaml, whose members the reply has.",
      why: "Models are told how to get the next page in these words.",
      wrong: read("request: GET /v1/v", "pagination: cursor"),
      right: {
        ...server("pagination: { cursor: { inputs: { cursor: after }, items: data, next: next } }"),
        ...read("request: GET /v1/v", "pagination: cursor", "inputs: { after?: string }"),
      },
    },
    {
      rule: "sensitive",
      title: "A sensitive input's schema holds no values.",
      why: "The schema is shown to every caller.",
      wrong: write(post, auto, "inputs: { pin: { type: string, sensitive: true, examples: ['1234'] } }"),
      right: write(post, auto, "inputs: { pin: { type: string, sensitive: true } }"),
    },
    {
      rule: "undeclared-scope",
      title: "A tool's scope is declared in server.yaml.",
      why: "Keys are given scopes by name; one with a slip can be granted to nobody.",
      wrong: read("request: GET /v1/v", "scope: REED"),
      right: read("request: GET /v1/v", "scope: READ"),
    },
    {
      rule: "deprecated-use",
      title: "deprecated.use names another tool.",
      why: "Callers are sent there.",
      wrong: read("request: GET /v1/v", 'deprecated: { since: "2.0", use: get_vouchers }'),
      right: { ...good, ...read("request: GET /v1/v", 'deprecated: { since: "2.0", use: create_voucher }') },
    },
    {
      rule: "example-inputs",
      title: "An example names inputs that there are, and all that are required.",
      why: "Models copy examples, and each is run as a test.",
      wrong: read("request: GET /v1/v", "inputs: { code: string }", "examples: [{ title: One, inputs: { kode: A } }]"),
      right: read("request: GET /v1/v", "inputs: { code: string }", "examples: [{ title: One, inputs: { code: A } }]"),
    },
    {
      rule: "example-values",
      title: "An example's values fit, unless it expects to be refused.",
      why: "An example that cannot work teaches a mistake.",
      wrong: read(
        "request: GET /v1/v",
        "inputs: { take: integer }",
        "examples: [{ title: One, inputs: { take: ten } }]",
      ),
      right: read(
        "request: GET /v1/v",
        "inputs: { take: integer }",
        "examples: [{ title: One, inputs: { take: 10 } }]",
      ),
    },
  ],
};
