import type { Rule, ToolDraft } from "../ir/draft.ts";
import { didYouMean } from "../spec/near.ts";
import type { Path } from "../spec/positions.ts";
import { shown } from "../spec/problem.ts";

/** Every scope that a tool asks for is declared in server.yaml. */
export const undeclaredScope: Rule = ({ server, tools }) => {
  if (server === undefined || server.broken.has("scopes")) return [];
  const declared = Object.keys(server.spec.scopes ?? {});
  return tools.flatMap(({ file, spec }) =>
    namesOf(spec.scope)
      .filter(({ name }) => !declared.includes(name))
      .map(({ name, path }) => ({
        rule: "undeclared-scope",
        file,
        path,
        message: `scope ${shown(name)} is not declared in ${server.file.path}`,
        mend: didYouMean(name, declared) ?? `add it under scopes: of ${server.file.path}`,
      })),
  );
};

function namesOf(scope: ToolDraft["spec"]["scope"]): readonly { name: string; path: Path }[] {
  if (scope === undefined) return [];
  if (typeof scope === "string") return [{ name: scope, path: ["scope"] }];
  return (["anyOf", "allOf"] as const).flatMap((key) =>
    (scope[key] ?? []).map((name, index) => ({ name, path: ["scope", key, index] })),
  );
}
