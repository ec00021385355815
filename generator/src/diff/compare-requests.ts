import type { InputIr, ToolIr } from "../ir/tool.ts";
import type { Change } from "./change.ts";
import { brief } from "./change.ts";
import { isSame } from "./schema-change.ts";
import type { ToolPair } from "./tool-pair.ts";

/** What a tool sends otherwise than before, fact by fact: the same inputs may come to something else upstream. */
export function compareRequests(pair: ToolPair): readonly Change[] {
  const { before, after, told } = pair;
  const facts = factsOf(before);
  const sent = Object.entries(factsOf(after)).flatMap(([fact, is]): readonly Change[] => {
    const was = facts[fact as keyof typeof facts];
    if (isSame(was.value ?? null, is.value ?? null)) return [];
    const path = (was.value === undefined ? is : was).path;
    const [from, to] = [was, is].map(({ value }) => (value === undefined ? "none" : brief(value)));
    return [
      told({
        rule: "request-changed",
        message: `${fact}: ${to}, it was ${from}`,
        before: was.value ?? "none",
        after: is.value ?? "none",
        path,
      }),
    ];
  });
  return [...sent, ...compareWays(pair)];
}

/** What a request is made of beside inputs, by the words of a change; `path` is where the spec says it. */
function factsOf({ request, content, idempotencyHeader }: ToolIr) {
  const fact = (value: unknown, ...path: readonly string[]) => ({ value, path });
  const constants = (place: "query" | "headers" | "body") => {
    const given = request?.constants[place] ?? {};
    return fact(Object.keys(given).length === 0 ? undefined : given, "request", place);
  };
  const line = request === undefined ? "no request" : `${request.method.toUpperCase()} ${request.path}`;
  return {
    request: fact(line, "request"),
    "media type of the body": fact(request?.contentType, "request"),
    "constants of the query": constants("query"),
    "constants of the headers": constants("headers"),
    "constants of the body": constants("body"),
    content: fact(content, "content"),
    "header of the idempotency key": fact(idempotencyHeader, "idempotency"),
  };
}

/** Inputs that both versions have. One that is new or gone is told as such. */
function compareWays({ before, after, told }: ToolPair): readonly Change[] {
  return after.inputs.flatMap((input): readonly Change[] => {
    const earlier = before.inputs.find(({ name }) => name === input.name);
    if (earlier === undefined || isSame(wayOf(earlier), wayOf(input))) return [];
    const [was, is] = [wayText(earlier), wayText(input)];
    const message = `inputs.${input.name}: sent as ${is}, it was ${was}`;
    return [told({ rule: "request-changed", message, before: was, after: is, path: ["inputs", input.name] })];
  });
}

/** Where an input goes, and how it is written there. */
export function wayOf({ place, as, style, form }: InputIr) {
  return { place, as, style, form };
}

/** `query tags (pipeDelimited)`. */
function wayText({ place, as, style, form }: InputIr): string {
  const explodes = style?.explode === undefined ? [] : [style.explode ? "exploded" : "not exploded"];
  const ways = [...(style?.style === undefined ? [] : [style.style]), ...explodes];
  const fields = form === undefined ? [] : [`fields ${JSON.stringify(form)}`];
  const how = [...ways, ...fields].join(", ");
  const where = place === "requestBody" ? "the whole body" : `${place} ${as.join(".")}`;
  return how === "" ? where : `${where} (${how})`;
}
