import type { Rule } from "../ir/draft.ts";

const changing: ReadonlySet<string> = new Set(["put", "patch", "delete"]);

/** A read may be a POST (a search, a validation) when it says so; PUT, PATCH and DELETE change something by definition. */
export const readAccess: Rule = ({ tools }) =>
  tools
    .filter(({ spec, request }) => spec.access === "read" && changing.has(request?.method ?? ""))
    .map(({ file, request }) => ({
      rule: "read-access",
      file,
      path: ["access"],
      message: `${request?.method.toUpperCase()} changes something (RFC 9110, section 9.3), so this is no read`,
      mend: "write access: write, with a disposition",
    }));
