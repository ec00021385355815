import * as z from "zod";
import { durationWords, isDuration } from "./duration.ts";
import { expectations } from "./expectations.ts";
import { form } from "./forms.ts";
import { isMediaType } from "./media-type.ts";
import type { Problem } from "./problem.ts";
import { jsonSchema, schemaKeywords, typeNames } from "./schema-shape.ts";
import { checkShape } from "./shape.ts";

/** Letters in an input's name: what every MCP client and model API accepts as a property name. */
const inputName = /^[A-Za-z_][A-Za-z0-9_-]{0,63}\??$/;
const inputNameWords = "letters, digits, _ and -, at most 64, with ? at the end where the input is optional";

/** Texts for models. Longer ones cost every conversation more than they explain. */
const titleMax = 120;
const descriptionMax = 4096;

/** Characters: the longest registered ones have about 80. */
const mediaTypeMax = 120;

/** A condition stands in the reasons that operators read, and in the manifest. */
const conditionMax = 500;

/** No ranges: what is sent is of one type. */
const mediaType = z.string().max(mediaTypeMax).refine(isMediaType);

/** No directories, and nothing that would have to be escaped in a header. */
const fileName = /^[A-Za-z0-9_][A-Za-z0-9 ._()-]{0,99}$/;

/** More rules than a person keeps in mind. */
const rulesMax = 20;

const duration = z.string().refine(isDuration);

const schemaInput = z.strictObject({
  in: form(
    "path, query, header, cookie, body or requestBody",
    "Where the input goes. body: a field of it; requestBody: this input is the whole body.",
    z.enum(["path", "query", "header", "cookie", "body", "requestBody"]),
  ).optional(),
  as: form(
    "the upstream's name, e.g. commission.value",
    "The upstream's name, with dots for nested body fields.",
    z.string().min(1),
  ).optional(),
  style: form(
    "simple, label, matrix, form, spaceDelimited, pipeDelimited, deepObject or json",
    "How a list or map is written (OpenAPI style). path: simple, label, matrix; header: simple; cookie: form; query and forms: the rest. json: as JSON text.",
    z.enum(["simple", "label", "matrix", "form", "spaceDelimited", "pipeDelimited", "deepObject", "json"]),
  ).optional(),
  explode: form("true or false", "OpenAPI's explode: one parameter per item.", z.boolean()).optional(),
  contentType: form(
    "a media type like image/png",
    "multipart/form-data only: media type of this field's part.",
    mediaType,
  ).optional(),
  filename: form(
    "a file name like report.pdf",
    "multipart/form-data only: name of the file. A caller may name it too, with a data: URL.",
    z.string().regex(fileName),
  ).optional(),
  sensitive: form("true or false", "Never shown in logs, audit entries and error texts.", z.boolean()).optional(),
  ...schemaKeywords,
});

const input = form(
  "a type name, a schema, or nothing (to inherit from the contract)",
  "A type name, a JSON Schema, or nothing to take it from the contract.",
  z.union([z.null(), z.enum(typeNames), z.boolean(), schemaInput]),
);

const inputs = form(
  "a map of names to schemas, or a list of names",
  "The arguments of the tool. `name?` is optional. A list of names takes everything from the contract.",
  z.union([
    z.record(form(inputNameWords, "Name of an input.", z.string().regex(inputName)), input),
    z.array(form(inputNameWords, "Name of an input.", z.string().regex(inputName))),
  ]),
);

const scopeName = z.string().min(1);

const longRequest = z.strictObject({
  method: form(
    "GET, HEAD, POST, PUT, PATCH or DELETE",
    "The HTTP method.",
    z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]),
  ),
  path: form("a path like /v1/vouchers/{code}", "Path template of the upstream.", z.string()),
  headers: form(
    "a map of header names to values",
    "Headers that every call sends.",
    z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  ).optional(),
  query: form(
    "a map of parameter names to values",
    "Query parameters that every call sends.",
    z.record(z.string(), z.unknown()),
  ).optional(),
  body: form(
    "a map of fields to values",
    "Body fields that every call sends.",
    z.record(z.string(), z.unknown()),
  ).optional(),
  contentType: form(
    "a media type like application/json",
    "Media type of the body. Default: the contract's, or application/json. JSON and forms are made of fields, texts are sent as they are, anything else is base64 in the arguments.",
    mediaType,
  ).optional(),
});

const threshold = z.strictObject({
  upTo: form("a number", "The call runs while the input is at most this.", z.number()),
  of: form("the name of a number input", "The input that is compared.", z.string()),
  beyond: form("confirm or approval", "What happens above.", z.enum(["confirm", "approval"])),
});

const rule = form(
  "{ when: condition, then: approval }, or { otherwise: auto }",
  "A rule: what happens where its condition holds, or, in the last one, else.",
  z
    .strictObject({
      when: form(
        "a CEL condition like 'input.amount > 500'",
        "A CEL condition over input, caller and now.",
        z.string().min(1).max(conditionMax),
      ).optional(),
      then: form("auto, confirm or approval", "What happens then.", z.enum(["auto", "confirm", "approval"])).optional(),
      otherwise: form(
        "auto, confirm or approval",
        "What happens where no rule holds.",
        z.enum(["auto", "confirm", "approval"]),
      ).optional(),
    })
    .refine(
      (one) =>
        (one.when === undefined) === (one.then === undefined) &&
        (one.when === undefined) !== (one.otherwise === undefined),
    ),
);

const example = z.strictObject({
  title: form("a text", "What the example shows.", z.string().min(1)),
  inputs: form("a map of inputs", "The arguments of the call.", z.record(z.string(), z.unknown())).optional(),
  expect: form(
    "an outcome like ok or pending_approval, or an error code",
    "How the call ends. Default: ok.",
    z.enum(expectations),
  ).optional(),
});

const namedInput = form("the name of an input", "An input of this tool.", z.string().min(1));
const severalInputs = form("a list of at least two inputs", "Inputs of this tool.", z.array(namedInput).min(2));
const someInputs = form("a list of inputs", "Inputs of this tool.", z.array(namedInput).min(1));
const scalar = form(
  "a text, a number, true, false or null",
  "A plain value.",
  z.union([z.string(), z.number(), z.boolean(), z.null()]),
);
const valuesByInput = form(
  "a map of inputs to a value or a list of values",
  "Values by input.",
  z.record(z.string(), z.union([scalar, z.array(scalar).min(1)])).refine((values) => Object.keys(values).length > 0),
);

/** One object rather than a union, so that a mistake inside is reported where it is. */
const constraint = form(
  "{ exactlyOneOf: […] }, { atLeastOneOf: […] }, { atMostOneOf: […] }, or { when: …, require: […] } with require, forbid or then",
  "A rule over several inputs.",
  z
    .strictObject({
      exactlyOneOf: severalInputs.optional(),
      atLeastOneOf: severalInputs.optional(),
      atMostOneOf: severalInputs.optional(),
      when: form(
        "an input, or a map of inputs to values",
        "Holds if the input is given, or if every input has (one of) its values.",
        z.union([z.string().min(1), valuesByInput]),
      ).optional(),
      require: someInputs.optional(),
      forbid: someInputs.optional(),
      then: valuesByInput.optional(),
    })
    .refine(isOneConstraint),
);

function isOneConstraint(one: Readonly<Record<string, unknown>>): boolean {
  const has = (name: string) => one[name] !== undefined;
  const kinds = ["exactlyOneOf", "atLeastOneOf", "atMostOneOf", "when"].filter(has).length;
  return kinds === 1 && has("when") === ["require", "forbid", "then"].some(has);
}

const contentUse = form(
  "{ list: collection, fields: […] } or { get: collection, by: input }",
  "Answer from local content instead of a request.",
  z
    .strictObject({
      list: form(
        "the name of a collection",
        "A collection of server.yaml, to be listed.",
        z.string().min(1),
      ).optional(),
      fields: form(
        "a list of members",
        "Members of each entry that the list shows.",
        z.array(z.string().min(1)).min(1),
      ).optional(),
      get: form(
        "the name of a collection",
        "A collection of server.yaml, one entry of it.",
        z.string().min(1),
      ).optional(),
      by: form("the name of an input", "The input that holds the entry's key.", z.string().min(1)).optional(),
    })
    .refine(
      ({ list, fields, get, by }) =>
        (list === undefined) !== (get === undefined) &&
        (list === undefined) === (fields === undefined) &&
        (get === undefined) === (by === undefined),
    ),
);

/** One tool: a file below `tools/`. */
export const toolShape = z.strictObject({
  title: form(
    "a short text",
    "Name for people. Default: the file name in words.",
    z.string().min(1).max(titleMax),
  ).optional(),
  description: form(
    "a text",
    "For the model: what the tool does and returns, and when not to use it.",
    z.string().min(1).max(descriptionMax),
  ),
  access: form(
    "read or write",
    "Default: read for GET and HEAD, write for the rest.",
    z.enum(["read", "write"]),
  ).optional(),
  scope: form(
    "a scope name, { anyOf: [A, B] } or { allOf: [A, B] }",
    "The scope that a caller needs, declared in server.yaml: one, one of several, or all of them.",
    z.union([
      scopeName,
      z
        .strictObject({ anyOf: z.array(scopeName).min(1).optional(), allOf: z.array(scopeName).min(1).optional() })
        .refine((one) => (one.anyOf === undefined) !== (one.allOf === undefined)),
    ]),
  ).optional(),
  disposition: form(
    "auto, confirm, approval, { upTo: 100, of: count, beyond: approval }, or a list of rules",
    "Writes only: run the call, run it once a person has said yes, park it for an operator, the first up to a threshold, or by rules, of which the first that holds decides.",
    z.union([z.enum(["auto", "confirm", "approval"]), threshold, z.array(rule).min(1).max(rulesMax)]),
  ).optional(),
  dryRun: form(
    "forward, plan or none",
    "forward: the upstream runs dry. plan: show the request, send nothing. none (default): no dry_run.",
    z.enum(["forward", "plan", "none"]),
  ).optional(),
  request: form(
    "METHOD /path, or { method, path, … }",
    "The one upstream request: `POST /v1/vouchers`, or a map with constants beside it.",
    z.union([z.string(), longRequest]),
  ).optional(),
  content: contentUse.optional(),
  inputs: inputs.optional(),
  constraints: form(
    "a list of constraints",
    "Rules over several inputs; the description says them too.",
    z.array(constraint).min(1),
  ).optional(),
  pagination: form(
    "the name of a style",
    "How the list is paged: a style of server.yaml, whose inputs this tool then has.",
    z.string().min(1),
  ).optional(),
  output: form(
    "a schema, { $ref: … }, or a status like 200",
    "What the upstream replies; a status stands for the contract's schema of that reply.",
    z.union([z.int().min(200).max(299), jsonSchema]),
  ).optional(),
  contract: form(
    "observe or enforce",
    "When the reply breaks output: pass it on and count (observe, the default), or refuse it (enforce).",
    z.enum(["observe", "enforce"]),
  ).optional(),
  timeout: form(durationWords, "For the whole upstream request. Default: the server's.", duration).optional(),
  plan: form("a text", "The plan that the vendor asks for.", z.string().min(1)).optional(),
  idempotent: form("true or false", "Repeating the call has no further effect.", z.boolean()).optional(),
  idempotency: form(
    "{ header: Idempotency-Key }",
    "Writes only: the upstream tells repetitions by this header, which carries the call's id on every attempt.",
    z.strictObject({ header: form("a header name", "Such as Idempotency-Key.", z.string().min(1)) }),
  ).optional(),
  annotations: form(
    "a map of MCP hints",
    "MCP hints, where those that follow from access and method are wrong.",
    z.strictObject({
      readOnlyHint: z.boolean().optional(),
      destructiveHint: z.boolean().optional(),
      idempotentHint: z.boolean().optional(),
      openWorldHint: z.boolean().optional(),
    }),
  ).optional(),
  tags: form(
    "a list of words",
    "Words to group tools by: a toolset may name them. Those of the operation in the contract count too.",
    z.array(z.string().min(1)),
  ).optional(),
  deprecated: form(
    "{ since: version, use: tool }",
    "Since which version, and what to use instead.",
    z.strictObject({ since: z.string().min(1), use: z.string().min(1).optional() }),
  ).optional(),
  examples: form("a list of examples", "Calls and how they end; they are run as tests.", z.array(example)).optional(),
  notes: form("a text", "For people; not sent to models.", z.string()).optional(),
});

/** Check a tool file against its shape, which cannot say that a tool has either a request or content. */
export function checkTool(data: unknown): readonly Problem[] {
  const problems = checkShape(toolShape, data);
  if (typeof data !== "object" || data === null || Array.isArray(data)) return problems;
  const answers = ["request", "content"].filter((key) => Object.hasOwn(data, key));
  if (answers.length === 1) return problems;
  if (answers.length === 0) {
    const mend = "add request: METHOD /path, or { method, path, … }";
    return [...problems, { rule: "missing-key", path: ["request"], part: "key", message: "request is missing", mend }];
  }
  const message = "a tool answers by a request or from content, not by both";
  return [
    ...problems,
    { rule: "request-and-content", path: ["content"], part: "key", message, mend: "keep one of them" },
  ];
}

/** A tool file that fits its shape. */
export type ToolSpec = z.infer<typeof toolShape>;
export type ConstraintSpec = z.infer<typeof constraint>;
export type InputSpec = z.infer<typeof input>;
export type LongRequestSpec = z.infer<typeof longRequest>;
