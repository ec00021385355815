import type { OpenApiDocument } from "../../ir/tool.ts";
import { type Problem, shown } from "../../spec/problem.ts";
import { isObject, type ObjectValue, type UnusableOperation } from "../contract.ts";
import { mendParameters } from "./parameters.ts";
import { mendPaths } from "./paths.ts";
import { mendReferences } from "./references.ts";
import type { Mutable } from "./report.ts";
import { mendStructure } from "./structure.ts";

export interface Repaired {
  /** Absent where nothing can be made of it. */
  readonly document: OpenApiDocument | undefined;
  readonly problems: readonly Problem[];
  readonly unusable: ReadonlyMap<string, UnusableOperation>;
}

/**
 * Make a document sound that has just been read: 3.0 or 3.1. It is changed in place.
 *
 * The order matters: references are sound before anything looks through them.
 */
export function repair(given: ObjectValue): Repaired {
  const problems: Problem[] = [];
  if (!isObject(given.paths)) return { document: undefined, problems: [noPaths(given)], unusable: new Map() };
  const document: Mutable = given;
  const report = (problem: Problem) => problems.push(problem);
  mendStructure(document, report);
  mendPaths(document, report);
  const unusable = mendReferences(document, report);
  mendParameters(document, report);
  return { document, problems, unusable };
}

function noPaths({ paths, webhooks }: ObjectValue): Problem {
  const message = `paths: expected a map, got ${shown(paths)}${webhooks === undefined ? "" : ", and webhooks call nobody's tools"}`;
  return {
    rule: "invalid-contract",
    path: ["paths"],
    message,
    mend: "add paths:, with the operations that tools are to call",
  };
}
