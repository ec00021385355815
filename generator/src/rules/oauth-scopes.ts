import type { Finding, Rule } from "../ir/draft.ts";
import { didYouMean } from "../spec/near.ts";
import { shown } from "../spec/problem.ts";

/** Roles may use scopes that there are. */
export const oauthScopes: Rule = ({ server }) => {
  if (server === undefined || server.broken.has("scopes")) return [];
  const { file, spec } = server;
  const declared = Object.keys(spec.scopes ?? {});
  return (spec.auth ?? []).flatMap(({ oauth }, index) =>
    Object.entries(oauth?.role?.scopes ?? {}).flatMap(([role, names]) =>
      names.flatMap((name, place): Finding[] => {
        if (declared.includes(name)) return [];
        const path = ["auth", index, "oauth", "role", "scopes", role, place];
        const message = `scope ${shown(name)} is not declared`;
        return [
          { rule: "oauth-scopes", file, path, message, mend: didYouMean(name, declared) ?? "add it under scopes:" },
        ];
      }),
    ),
  );
};
