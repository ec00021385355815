import type { Finding, Rule } from "../ir/draft.ts";
import { addressOf, endpointOf } from "../ir/lower-oauth.ts";
import { shown } from "../spec/problem.ts";

/** Tokens are for one address, and it is the one that clients connect to: they compare the two (RFC 9728, section 3.3). */
export const oauthAudience: Rule = ({ server }) => {
  if (server === undefined || server.broken.has("mcp")) return [];
  const { file, spec } = server;
  const mcp = endpointOf(spec);
  return (spec.auth ?? []).flatMap(({ oauth }, index): Finding[] => {
    if (oauth === undefined) return [];
    const at = ["auth", index, "oauth"] as const;
    const path = oauth.path ?? mcp.path;
    const address = addressOf(path, mcp);
    const { audience } = oauth;
    if (audience === undefined && address === undefined) {
      const message =
        mcp.url === undefined
          ? "nothing says under which address clients know this server, for which tokens must be meant"
          : `the address of ${path} does not follow from mcp.url, which does not end with ${mcp.path}`;
      const mend = mcp.url === undefined ? "add mcp: { url: https://… }, or audience here" : "add audience: https://…";
      return [{ rule: "oauth-audience", file, path: at, part: "key", message, mend }];
    }
    if (audience === undefined || address === undefined || audience.includes("${") || audience === address) return [];
    const message = `clients connect to ${shown(address)}, and refuse a server whose tokens are for another address`;
    return [{ rule: "oauth-audience", file, path: [...at, "audience"], message, mend: "remove it, or mend mcp.url" }];
  });
};
