/** Names of values that open something: never in logs, audit entries and error texts. */
const secret =
  /(^|_)(pass(word|wd|phrase|code)?|pwd|secret|token|api_?key|private_?key|access_?key|client_?secret|credentials?|cvv2?|cvc|pin|otp|mfa_?code|ssn|card_?number|iban_?secret|authorization|signature_?key)$/;

/** Tokens that only say where a list goes on, or that an operation hands out for anyone to see. */
const harmless =
  /(page|next|prev|previous|continuation|sync|pagination|cursor|start|list|delta|skip|resume|scroll|idempotency|device|sort|bookmark)_?token$/;

/** Whether a name says that its value is a secret. */
export function looksSecret(name: string): boolean {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replace(/_+$/, "");
  return secret.test(words) && !harmless.test(words);
}
