import type { Rule } from "../ir/draft.ts";

/** A write says what happens to it; a read always runs (language, "Disposition"). */
export const disposition: Rule = ({ tools }) =>
  tools.flatMap(({ file, spec, access, broken, request }) => {
    // Without a request or an access, whether it is a write is a guess.
    if (broken.has("disposition") || broken.has("access") || (request === undefined && spec.access === undefined))
      return [];
    if (access === "read" && spec.disposition !== undefined) {
      const message = "a read always runs and has no disposition";
      return [
        {
          rule: "read-disposition",
          file,
          path: ["disposition"],
          part: "key",
          message,
          mend: "remove it, or write access: write",
        },
      ];
    }
    if (access === "write" && spec.disposition === undefined) {
      const message = "a write says what happens to it, and this one has no disposition";
      const mend = "add disposition: auto, confirm, approval, or { upTo: 100, of: input, beyond: approval }";
      return [
        { rule: "write-disposition", file, path: [spec.access === undefined ? "request" : "access"], message, mend },
      ];
    }
    return [];
  });
