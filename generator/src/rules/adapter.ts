import type { Finding, Rule } from "../ir/draft.ts";
import { addressOf, endpointOf } from "../ir/lower-oauth.ts";

/** The adapter logs in with OAuth, at an address that is known when it is published. */
export const adapter: Rule = ({ server }) => {
  if (server === undefined || server.spec.adapter === undefined || server.spec.auth === undefined) return [];
  const { file, spec, broken } = server;
  const refuse = (message: string, mend: string): Finding[] => [
    { rule: "adapter", file, path: ["adapter"], part: "key", message, mend },
  ];
  const oauth = spec.auth?.find((scheme) => scheme.oauth !== undefined)?.oauth;
  if (oauth === undefined)
    return refuse(
      "an adapter logs in with OAuth, which this server does not take",
      "add - oauth: { … } under auth, or remove it",
    );
  const mcp = endpointOf(spec);
  const path = oauth.path ?? mcp.path;
  if (broken.has("mcp") || addressOf(path, mcp) !== undefined) return [];
  return mcp.url === undefined
    ? refuse("an adapter is published, and needs to know the address of this server", "add mcp: { url: https://… }")
    : refuse(
        `the address of ${path} does not follow from mcp.url, which does not end with ${mcp.path}`,
        `write an mcp.url that ends with ${mcp.path}`,
      );
};
