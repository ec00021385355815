import type { Finding, Rule } from "../ir/draft.ts";
import type { ServerDraft } from "../ir/server-draft.ts";
import type { InputPlace, JsonSchema, RequestIr } from "../ir/tool.ts";
import { requestBody, type Sent, unfilled } from "../openapi/fields.ts";
import { nearest } from "../spec/near.ts";
import type { Path } from "../spec/positions.ts";
import { placeholders } from "../spec/request-line.ts";

/** The operation decides what is required: nothing that it needs is optional here, or missing. */
export const requiredUpstreamField: Rule = ({ server, contract, tools }) =>
  tools.flatMap(({ file, request, operation, inputs, broken }): Finding[] => {
    if (contract === undefined || operation === undefined || request === undefined || broken.has("inputs")) return [];
    const what = `${operation.method.toUpperCase()} ${operation.path}`;
    const refuse = (path: Path, message: string, mend: string): Finding => {
      return { rule: "required-upstream-field", file, path, part: "key", message, mend };
    };
    const optional = inputs
      .filter(
        (input) =>
          input.optional && input.place !== "path" && input.field?.required === true && !hasDefault(input.schema),
      )
      .map(({ name, path }) =>
        refuse(path, `${name} is optional here, and ${what} requires it`, `write ${name}: or give it a default`),
      );
    const known = inputs.filter(({ field, place }) => field !== undefined || place === "path");
    const strangers = inputs.filter((input) => !known.includes(input)).map(({ as }) => as.join("."));
    const fromInputs = known.map(({ place, as }): Sent => ({ place, name: as }));
    const sent = [...fromInputs, ...constantsOf(request), ...sentByServer(server)];
    const missing = unfilled(contract, operation, request.contentType, sent)
      // A gap in the path is reported where inputs are placed.
      .filter((name) => !placeholders(request.path).includes(name))
      // So is a name that is misspelt.
      .filter((name) => !strangers.some((stranger) => nearest(stranger, [name]) !== undefined))
      .map((name) =>
        name === requestBody
          ? refuse(
              ["request"],
              `${what} requires a body, and no input sends it`,
              "add body: { in: requestBody } under inputs",
            )
          : refuse(["request"], `${what} requires ${name}, and no input sends it`, `add ${name} under inputs`),
      );
    return [...optional, ...missing];
  });

function hasDefault(schema: JsonSchema): boolean {
  return typeof schema === "object" && schema.default !== undefined;
}

function constantsOf({ constants }: RequestIr): Sent[] {
  return [
    ...Object.keys(constants.query).map((name): Sent => ({ place: "query", name: [name] })),
    ...Object.keys(constants.headers).map((name): Sent => ({ place: "header", name: [name] })),
    ...Object.keys(constants.body).map((name): Sent => ({ place: "body", name: [name] })),
  ];
}

/** What the runtime itself adds to a request: the dry-run flag and the credentials. */
function sentByServer(server: ServerDraft | undefined): Sent[] {
  const flag = Object.entries(server?.spec.dryRunParameter ?? {}) as [InputPlace, string][];
  const credentials = server?.spec.upstream?.credentials;
  const service = typeof credentials === "object" ? credentials.service : undefined;
  const headers = [service?.header, service?.identity?.header, server?.spec.relay?.header];
  return [
    ...(service?.query === undefined ? [] : [{ place: "query", name: [service.query] } satisfies Sent]),
    ...flag.map(([place, name]): Sent => ({ place, name: [name] })),
    ...headers.flatMap((name): Sent[] => (name === undefined ? [] : [{ place: "header", name: [name] }])),
  ];
}
