import type { OpenApiDocument } from "../ir/tool.ts";
import { isObject } from "../openapi/contract.ts";
import { partAt, stepsOf } from "../openapi/resolve.ts";

/** RFC 9110, section 8.3.1, without parameters. */
const mediaType = /^[A-Za-z0-9!#$&^_.+-]+\/[A-Za-z0-9!#$&^_.+-]+\s*(;|$)/;

/** Bodies whose media type stands for any, or is none, are sent as JSON: in place, and the same where it was done before. */
export function mendMediaTypes(document: OpenApiDocument): void {
  for (const item of Object.values(isObject(document.paths) ? document.paths : {})) {
    if (!isObject(item)) continue;
    for (const operation of Object.values(item)) {
      const written = isObject(operation) ? operation.requestBody : undefined;
      const body =
        isObject(written) && typeof written.$ref === "string"
          ? partAt(document, stepsOf(written.$ref) ?? ["#"])?.value
          : written;
      if (isObject(body) && isObject(body.content)) mendContent(body as Record<string, unknown>, body.content);
    }
  }
}

function mendContent(body: Record<string, unknown>, content: Readonly<Record<string, unknown>>): void {
  const types = Object.keys(content);
  if (types.every((type) => mediaType.test(type))) return;
  const sound = types.filter((type) => mediaType.test(type)).map((type) => [type, content[type]] as const);
  const odd = types.find((type) => !mediaType.test(type)) as string;
  body.content = Object.fromEntries(sound.length > 0 ? sound : [["application/json", content[odd]]]);
}
