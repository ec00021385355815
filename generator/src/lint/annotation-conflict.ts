import { always, type LintFinding, type LintRule } from "./rule.ts";

/** Hints agree with what the spec says elsewhere: clients show them to people, who decide by them. */
export const annotationConflict: LintRule = {
  id: "annotation-conflict",
  levels: always("error"),
  check: ({ tools }) =>
    tools.flatMap(({ file, ir, draft }): LintFinding[] => {
      const written = draft.spec.annotations;
      if (written === undefined) return [];
      const find = (hint: string, message: string, mend: string) => ({
        file,
        path: ["annotations", hint],
        message,
        mend,
      });
      return [
        ...(ir.access === "write" && written.readOnlyHint === true
          ? [
              find(
                "readOnlyHint",
                "a write says that it only reads, and clients then ask nobody",
                "remove it, or write access: read",
              ),
            ]
          : []),
        ...(ir.access === "read" && written.readOnlyHint === false
          ? [
              find(
                "readOnlyHint",
                "a read says that it does not only read",
                "remove it, or write access: write with a disposition",
              ),
            ]
          : []),
        ...(ir.access === "read" && written.destructiveHint === true
          ? [
              find(
                "destructiveHint",
                "a read says that it destroys something",
                "remove it, or write access: write with a disposition",
              ),
            ]
          : []),
        ...(written.idempotentHint !== undefined && written.idempotentHint !== ir.idempotent
          ? [
              find(
                "idempotentHint",
                `the hint says ${written.idempotentHint}, and the server treats the tool as ${ir.idempotent ? "" : "not "}safe to repeat`,
                `write idempotent: ${written.idempotentHint} instead, from which the hint follows`,
              ),
            ]
          : []),
      ];
    }),
};
