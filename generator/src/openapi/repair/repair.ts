import type { OpenApiDocument } from "../../ir/tool.ts";
import { type Problem, shown } from "../../spec/problem.ts";
import { isObject, type ObjectValue, type UnusableOperation } from "../contract.ts";
import { resolveIdentifiers } from "../resolve-identifiers.ts";
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
 * The order matters: references are sound before anything looks through them. `identifies`: schemas may have names of their own.
 */
export function repair(given: ObjectValue, { identifies }: { readonly identifies: boolean }): Repaired {
  const problems: Problem[] = [];
  if (!isObject(given.paths)) return { document: undefined, problems: [noPaths(given)], unusable: new Map() };
  const document: Mutable = given;
  const report = (problem: Problem) => problems.push(problem);
  mendStructure(document, report);
  mendPaths(document, report);
  if (identifies) resolveIdentifiers(document);
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
