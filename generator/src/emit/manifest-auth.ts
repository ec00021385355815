import type { ApiKeyAuthIr, AuthIr, TokenAuthIr } from "../ir/tool.ts";

/** `Key: header …` or `Token: header …`: what a caller shows, and which prefixes are taken. */
export function credentialWords(auth: AuthIr): string {
  return auth.kind === "token" ? tokenWords(auth) : keyWords(auth);
}

function tokenWords({ prefix, maxActivePerTenant, ttlDays }: TokenAuthIr): string {
  const active = maxActivePerTenant === undefined ? "" : `, at most ${maxActivePerTenant} active per organisation`;
  const end = ttlDays === undefined ? "" : `, ending after ${ttlDays.default} days unless it says otherwise`;
  return `Token: header \`Authorization: Bearer TOKEN\`, TOKEN being \`${prefix}…\`${active}${end}.`;
}

function keyWords({ header, kinds }: ApiKeyAuthIr): string {
  const scheme = header.toLowerCase() === "authorization" ? "Bearer " : "";
  const prefixes = (refused: boolean) =>
    Object.values(kinds)
      .filter((kind) => kind.refused === refused)
      .map((kind) => `\`${kind.prefix}…\``);
  const accepted = prefixes(false);
  const refused = prefixes(true);
  const example = `Key: header \`${header}: ${scheme}KEY\``;
  return `${example}${accepted.length > 0 ? `, KEY being ${accepted.join(" or ")}` : ""}${
    refused.length > 0 ? `; ${refused.join(" and ")} ${refused.length === 1 ? "is" : "are"} refused here` : ""
  }.`;
}
