import { shown } from "../../spec/problem.ts";
import { isMethod } from "../methods.ts";
import { partAt, stepsOf } from "../resolve.ts";
import { isMutable, type Mutable, mapsIn, mended, type Report } from "./report.ts";

/** Make parameters usable one by one, and path parameters what the path template says. References are sound by now. */
export function mendParameters(document: Mutable, report: Report): void {
  const behind = (parameter: unknown) => behindReferences(document, parameter);
  for (const [path, item] of mapsIn(document.paths)) {
    const template = [...new Set([...path.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name ?? ""))];
    const holders: [Holder, ...Holder[]] = [
      [item, ["paths", path]],
      ...mapsIn(item)
        .filter(([method]) => isMethod(method))
        .map(([method, operation]): Holder => [operation, ["paths", path, method]]),
    ];
    for (const [holder, at] of holders) dropUnfit(holder, { at, template, behind, report });
    declareMissing(holders, { template, behind, report });
  }
}

/** A path item or an operation, and its place. */
type Holder = readonly [holder: Mutable, at: readonly string[]];

interface ParameterWorld {
  readonly template: readonly string[];
  readonly behind: (parameter: unknown) => Mutable | undefined;
  readonly report: Report;
}

function behindReferences(document: Mutable, parameter: unknown): Mutable | undefined {
  let value = parameter;
  for (let hops = 0; hops < hopsMax && isMutable(value) && typeof value.$ref === "string"; hops++)
    value = partAt(document, stepsOf(value.$ref) ?? ["#"])?.value;
  return isMutable(value) && typeof value.$ref !== "string" ? value : undefined;
}

/** References that lead to references: more is a circle. */
const hopsMax = 16;

function dropUnfit(holder: Mutable, world: ParameterWorld & { readonly at: readonly string[] }): void {
  if (!Array.isArray(holder.parameters)) return;
  const { at, template, behind, report } = world;
  holder.parameters = holder.parameters.filter((written, index) => {
    const parameter = behind(written);
    const why = parameter === undefined ? "leads back to itself" : whyUnfit(parameter, template);
    if (why === undefined) return true;
    const name = isMutable(parameter) && typeof parameter.name === "string" ? shown(parameter.name) : "it";
    report(mended("invalid-parameter", [...at, "parameters", index], `${name} ${why}: left out`, "correct it"));
    return false;
  });
}

function whyUnfit({ name, in: place }: Mutable, template: readonly string[]): string | undefined {
  if (typeof name !== "string" || name === "") return "has no name";
  if (typeof place !== "string" || !places.has(place))
    return `is in ${shown(place)}, not in path, query, header or cookie`;
  if (place === "path" && !template.includes(name)) return "is not in the path";
  return undefined;
}

const places: ReadonlySet<string> = new Set(["path", "query", "header", "cookie"]);

function declareMissing([[item, itemAt], ...operations]: readonly [Holder, ...Holder[]], world: ParameterWorld): void {
  const { template, behind, report } = world;
  if (operations.length === 0) return;
  const declaredBy = (holder: Mutable) =>
    new Set(
      (Array.isArray(holder.parameters) ? holder.parameters : [])
        .map(behind)
        .flatMap((parameter) => (parameter?.in === "path" ? [parameter.name] : [])),
    );
  const ofItem = declaredBy(item);
  const ofOperations = operations.map(([operation]) => declaredBy(operation));
  for (const name of template.filter((one) => one !== "" && !ofItem.has(one))) {
    const lacking = operations.filter((_, index) => ofOperations[index]?.has(name) !== true);
    const targets = lacking.length === operations.length ? [[item, itemAt] as const] : lacking;
    for (const [holder, at] of targets) {
      const added = { name, in: "path", required: true, schema: { type: "string" } };
      holder.parameters = [...(Array.isArray(holder.parameters) ? holder.parameters : []), added];
      const message = `{${name}} of the path is not declared: taken for a text`;
      report(mended("undeclared-path-parameter", at, message, "declare it under parameters, in: path"));
    }
  }
}
