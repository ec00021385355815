import type { Rule } from "../ir/draft.ts";
import { didYouMean, nearest } from "../spec/near.ts";
import { shown } from "../spec/problem.ts";

/** A `$ref` leads to a schema of server.yaml or of the contract. */
export const unknownRef: Rule = ({ shared }) => {
  shared.all();
  return shared.unknownRefs.map(({ origin: { file, path }, ref, known }) => ({
    rule: "unknown-ref",
    file,
    path,
    message: `${shown(ref)} leads nowhere`,
    mend: nearestRef(ref, known) ?? "write #/schemas/Name, or openapi.yaml#/components/schemas/Name",
  }));
};

/** References are compared by name alone: all else in them is alike. */
function nearestRef(ref: string, known: readonly string[]): string | undefined {
  const nameOf = (one: string) => one.slice(one.lastIndexOf("/") + 1);
  const near = nearest(nameOf(ref), known.map(nameOf));
  const meant = known.find((one) => nameOf(one) === (near ?? nameOf(ref)));
  return meant === undefined ? didYouMean("", known) : `did you mean "${meant}"?`;
}
