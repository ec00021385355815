import type { Finding, Rule } from "../ir/draft.ts";
import { endpointOf } from "../ir/lower-oauth.ts";

/**
 * Keys and OAuth are served at different paths: several clients drop a configured key once they find OAuth's metadata.
 * OAuth alone is served where MCP is.
 */
export const oauthPath: Rule = ({ server }) => {
  if (server === undefined || server.broken.has("mcp")) return [];
  const { file, spec } = server;
  const mcp = endpointOf(spec);
  const auth = spec.auth ?? [];
  const isAlone = auth.every(({ oauth }) => oauth !== undefined);
  const own = `${mcp.path}/oauth`;
  return auth.flatMap(({ oauth }, index): Finding[] => {
    if (oauth === undefined) return [];
    const at = ["auth", index, "oauth"] as const;
    const refuse = { rule: "oauth-path", file, path: [...at, "path"] };
    if (!isAlone && oauth.path === undefined) {
      const message =
        "beside keys or tokens, oauth needs a path of its own: several clients drop a key where they find OAuth";
      return [{ ...refuse, path: at, part: "key", message, mend: `add path: ${own}` }];
    }
    if (!isAlone && oauth.path === mcp.path) {
      const message = `keys or tokens are served at ${mcp.path}, and several clients drop a key where they find OAuth`;
      return [{ ...refuse, message, mend: `write another path, e.g. ${own}` }];
    }
    if (isAlone && oauth.path !== undefined && oauth.path !== mcp.path) {
      const message = `nobody would be served at ${mcp.path}, because there are neither keys nor tokens`;
      return [{ ...refuse, part: "key", message, mend: `remove it, or write mcp: { path: ${oauth.path} } instead` }];
    }
    return [];
  });
};
