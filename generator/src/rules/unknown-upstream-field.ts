import type { Finding, Rule } from "../ir/draft.ts";
import type { InputPlace } from "../ir/tool.ts";
import { fieldNames, findField } from "../openapi/fields.ts";
import { didYouMean } from "../spec/near.ts";
import type { Path } from "../spec/positions.ts";
import { shown } from "../spec/problem.ts";

/** What an input or a constant is mapped to stands in the contract. */
export const unknownUpstreamField: Rule = ({ contract, tools }) =>
  tools.flatMap(({ file, request, operation, inputs }) => {
    if (contract === undefined || operation === undefined || request === undefined) return [];
    const { contentType } = request;
    const refuse = (place: InputPlace, name: string, path: Path, all: boolean): Finding => {
      const known = fieldNames(contract, operation, { contentType, place: all ? undefined : place });
      const mend = didYouMean(name, known) ?? "remove it";
      const message = `${operation.method.toUpperCase()} ${operation.path} has no ${words[place]} ${shown(name)}`;
      return {
        rule: "unknown-upstream-field",
        file,
        path,
        part: "key",
        message,
        mend,
      };
    };
    const unknownInputs = inputs
      // A GET that is to send a body, or a name that is not in the path, has been told so already.
      .filter(
        ({ field, place, placed }) =>
          field === undefined &&
          place !== "path" &&
          !(placed && place === "body" && operation.bodies.size === 0 && operation.method === "get"),
      )
      .map(({ place, placed, as, path }) => refuse(place, as.join("."), path, !placed));
    const unknownConstants = (["query", "headers", "body"] as const).flatMap((group) => {
      const place = group === "headers" ? "header" : group;
      return Object.keys(request.constants[group])
        .filter((name) => findField(contract, operation, { place, name: [name], contentType }) === undefined)
        .map((name) => refuse(place, name, ["request", group, name], false));
    });
    return [...unknownInputs, ...unknownConstants];
  });

const words: Readonly<Record<InputPlace, string>> = {
  path: "path parameter",
  query: "query parameter",
  header: "header",
  cookie: "cookie",
  body: "body field",
  requestBody: "body for",
  content: "content",
};
