import { partsOf } from "./parts.ts";
import { always, type LintRule } from "./rule.ts";
import { wordsIn } from "./words.ts";

/** Last words of names whose values nobody wants in a log. */
const telling =
  /^(?:password|passwd|passphrase|secret|pin|cvv|cvc|ssn|iban|otp|mfa code|api key|apikey|private key|access token|refresh token|client secret|card number|account number|credit card|social security number)$/;

/** What is a secret by its name is `sensitive`, and so in no log, audit entry or error text. */
export const sensitiveInput: LintRule = {
  id: "sensitive-input",
  levels: always("warning"),
  check: ({ tools, drafts }) =>
    tools.flatMap(({ file, draft }) =>
      draft.inputs
        .filter(({ sensitive, place }) => !sensitive && place !== "content")
        .flatMap((input) => {
          const found = partsOf(input, drafts.shared).find(({ name, named, schema }) => {
            const words = wordsIn(name.split(".").at(-1) ?? "");
            return (
              named &&
              schema.type !== "boolean" &&
              [1, 2, 3].some((count) => telling.test(words.slice(-count).join(" ")))
            );
          });
          if (found === undefined) return [];
          const message = `${found.name} looks like a secret, and would stand in logs and in the audit trail`;
          return [{ file, path: input.path, part: "key", message, mend: `write ${input.name}: { sensitive: true }` }];
        }),
    ),
};
