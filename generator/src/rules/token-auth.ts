import type { Finding, Rule } from "../ir/draft.ts";
import { didYouMean } from "../spec/near.ts";
import type { Path } from "../spec/positions.ts";
import { shown } from "../spec/problem.ts";

/** Credentials of different schemes can be told apart by prefix; tokens grant declared scopes, and their days have a bound. */
export const tokenAuth: Rule = ({ server }) => {
  if (server === undefined || server.spec.auth === undefined) return [];
  const { file, spec, broken } = server;
  const refuse = (path: Path, message: string, mend: string): Finding => ({
    rule: "token-auth",
    file,
    path,
    message,
    mend,
  });
  const scopes = Object.keys(spec.scopes ?? {});
  const credentials = spec.upstream?.credentials ?? "none";
  const tokens = server.spec.auth.flatMap(({ token }, index): Finding[] => {
    if (token === undefined) return [];
    const at: Path = ["auth", index, "token"];
    const { grants, ttlDays, validation } = token;
    return [
      ...(broken.has("scopes") ? [] : grants).flatMap((name, place) =>
        scopes.includes(name)
          ? []
          : [
              refuse(
                [...at, "grants", place],
                `scope ${shown(name)} is not declared`,
                didYouMean(name, scopes) ?? "add it under scopes:",
              ),
            ],
      ),
      ...(ttlDays !== undefined && ttlDays.default > ttlDays.max
        ? [
            refuse(
              [...at, "ttlDays", "default"],
              `the default of ${ttlDays.default} days is above the maximum of ${ttlDays.max}`,
              "lower it",
            ),
          ]
        : []),
      ...(validation === "delegated" && !broken.has("upstream") && credentials !== "forward"
        ? [
            refuse(
              [...at, "validation"],
              "the upstream is to validate the tokens, and does not get them",
              "write credentials: forward under upstream",
            ),
          ]
        : []),
    ];
  });
  return [
    ...tokens,
    ...rivals(server.spec.auth).map(({ path, message }) => refuse(path, message, "choose another prefix")),
  ];
};

interface Prefix {
  readonly prefix: string;
  readonly scheme: number;
  readonly path: Path;
}

/** Within one scheme, `key-kinds` says so. */
function rivals(auth: Parameters<typeof prefixesOf>[0]): readonly { readonly path: Path; readonly message: string }[] {
  const all = prefixesOf(auth);
  return all.flatMap(({ prefix, scheme, path }, index) => {
    const rival = all
      .slice(0, index)
      .find((other) => other.scheme !== scheme && (other.prefix.startsWith(prefix) || prefix.startsWith(other.prefix)));
    return rival === undefined ? [] : [{ path, message: `${prefix} and ${rival.prefix} cannot be told apart` }];
  });
}

function prefixesOf(
  auth: readonly {
    readonly apiKey?: { readonly kinds: Readonly<Record<string, { readonly prefix: string }>> } | undefined;
    readonly token?: { readonly prefix: string } | undefined;
  }[],
): readonly Prefix[] {
  return auth.flatMap(({ apiKey, token }, scheme): Prefix[] => [
    ...Object.entries(apiKey?.kinds ?? {}).map(([kind, { prefix }]) => ({
      prefix,
      scheme,
      path: ["auth", scheme, "apiKey", "kinds", kind, "prefix"],
    })),
    ...(token === undefined ? [] : [{ prefix: token.prefix, scheme, path: ["auth", scheme, "token", "prefix"] }]),
  ]);
}
