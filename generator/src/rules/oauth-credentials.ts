import type { Rule } from "../ir/draft.ts";

/** An access token is meant for this server and goes nowhere else; only access tokens can be exchanged. */
export const oauthCredentials: Rule = ({ server }) => {
  if (server === undefined || server.spec.auth === undefined) return [];
  const { file, spec } = server;
  const credentials = spec.upstream?.credentials;
  const schemes = server.spec.auth;
  const hasOauth = schemes.some(({ oauth }) => oauth !== undefined);
  const finding = { rule: "oauth-credentials", file } as const;
  if (credentials === "forward" && hasOauth) {
    const message = "an access token is for this server alone and is never sent on";
    const mend = "write service: { header, secret, identity }, or exchange: { … } for a token that is for the upstream";
    return [{ ...finding, path: ["upstream", "credentials"], message, mend }];
  }
  if (typeof credentials !== "object" || credentials.exchange === undefined) return [];
  const exchange = { ...finding, path: ["upstream", "credentials", "exchange"], part: "key" } as const;
  if (!hasOauth) {
    const message = "there are no access tokens to exchange, because nobody logs in with OAuth";
    return [{ ...exchange, message, mend: "add - oauth: { … } under auth, or write service: { header, secret }" }];
  }
  if (schemes.every(({ oauth }) => oauth !== undefined)) return [];
  const message = "keys and tokens of this server cannot be exchanged, only access tokens";
  return [{ ...exchange, message, mend: "write service: { header, secret, identity }, or take OAuth alone" }];
};
