import type { Rule } from "../ir/draft.ts";

/** One authorization server: a second one's tokens could not be told from the first one's before their signature is. */
export const oauthOnce: Rule = ({ server }) => {
  const [, ...further] = (server?.spec.auth ?? []).flatMap(({ oauth }, index) => (oauth === undefined ? [] : [index]));
  return further.flatMap((index) => {
    if (server === undefined) return [];
    const message = "there is an oauth scheme already, and a server trusts one authorization server";
    return [
      {
        rule: "oauth-once",
        file: server.file,
        path: ["auth", index, "oauth"],
        part: "key",
        message,
        mend: "keep one of them",
      },
    ];
  });
};
