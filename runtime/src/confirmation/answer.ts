/** The name of the form's only field, and of the request that carries the form. */
export const confirmField = "confirm";

/** What a person said, if anybody did. */
export type Said = "yes" | "declined" | "cancelled" | "unreadable";

/**
 * Read an `ElicitResult` as a client brought it: anything at all may stand there.
 *
 * Only an accepted form whose box is ticked, the literal `true`, is a yes. An accepted form without a tick is a no, since that is
 * what the person left. What no form can have given is unreadable.
 *
 * @see MCP 2026-07-28, "Elicitation", Response Actions
 */
export function readAnswer(response: unknown): Said {
  const action = own(response, "action");
  if (action === "decline") return "declined";
  if (action === "cancel") return "cancelled";
  if (action !== "accept") return "unreadable";
  const ticked = own(own(response, "content") ?? {}, confirmField);
  if (ticked === true) return "yes";
  return ticked === false || ticked === undefined ? "declined" : "unreadable";
}

/** By own members only, so that nothing is inherited that was never sent. */
function own(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
