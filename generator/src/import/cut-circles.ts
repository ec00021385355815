import type { JsonSchema, JsonSchemaObject, OpenApiDocument } from "../ir/tool.ts";
import { isObject } from "../openapi/contract.ts";
import { stepsOf } from "../openapi/resolve.ts";
import { children, inPlace } from "../schema/keywords.ts";
import type { Report } from "./mend-defaults.ts";

type Mutable = Record<string, unknown>;

/** A reference from one shared schema to another that speaks about the same value. */
interface Edge {
  readonly from: string;
  readonly to: string;
  readonly holder: Mutable;
  readonly at: readonly string[];
  /** A part of the whole, and not one of several. */
  readonly isPart: boolean;
}

/** Circles in one document; each is cut at once, so that more are no document of this world. */
const circlesMax = 1_000;

/**
 * Cut the circles in which a schema contains itself with nothing between: `Pet` is one of `Cat` and `Dog`, and each of them is all of `Pet`.
 *
 * What closes the circle is replaced by what the other schema says itself, so that its members stay.
 */
export function cutCircles(document: OpenApiDocument, report: Report): void {
  const schemas = isObject(document.components) ? document.components.schemas : undefined;
  if (!isObject(schemas)) return;
  for (let count = 0; count < circlesMax; count++) {
    const circle = findCircle(schemas);
    if (circle === undefined) return;
    const edge = circle.findLast(({ isPart }) => isPart) ?? (circle.at(-1) as Edge);
    const target = schemas[edge.to];
    delete edge.holder.$ref;
    const own = Object.entries(isObject(target) && edge.to !== edge.from ? target : {});
    for (const [keyword, value] of own)
      if (!inPlace.has(keyword) && keyword !== "$ref" && !(keyword in edge.holder))
        edge.holder[keyword] = structuredClone(value);
    report(
      ["components", "schemas", edge.from, ...edge.at, "$ref"],
      `leads back to itself by way of ${edge.to}, whose own members stand there instead`,
    );
  }
}

function findCircle(schemas: Readonly<Record<string, unknown>>): readonly Edge[] | undefined {
  const done = new Set<string>();
  const path: Edge[] = [];
  const visit = (name: string): readonly Edge[] | undefined => {
    for (const edge of edgesOf(name, schemas[name])) {
      if (edge.to !== name && !path.some(({ from }) => from === edge.to)) {
        if (done.has(edge.to)) continue;
        path.push(edge);
        const found = visit(edge.to);
        if (found !== undefined) return found;
        path.pop();
      } else {
        const start = path.findIndex(({ from }) => from === edge.to);
        return [...(start < 0 ? [] : path.slice(start)), edge];
      }
    }
    done.add(name);
    return undefined;
  };
  for (const name of Object.keys(schemas)) {
    const found = done.has(name) ? undefined : visit(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function edgesOf(name: string, schema: unknown): readonly Edge[] {
  const edges: Edge[] = [];
  const walk = (part: unknown, at: readonly string[], isPart: boolean) => {
    if (!isObject(part)) return;
    const [, kind, to] = typeof part.$ref === "string" ? (stepsOf(part.$ref) ?? []) : [];
    if (kind === "schemas" && to !== undefined) edges.push({ from: name, to, holder: part as Mutable, at, isPart });
    for (const { keyword, path, schema: inner } of children(part as JsonSchemaObject) as Iterable<Child>)
      if (inPlace.has(keyword)) walk(inner, [...at, ...path], isPart || keyword === "allOf");
  };
  walk(schema, [], false);
  return edges;
}

interface Child {
  readonly keyword: string;
  readonly path: readonly string[];
  readonly schema: JsonSchema;
}
