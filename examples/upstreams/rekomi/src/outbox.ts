import type { Context } from "./context.ts";

/** What an email is about. */
export type EmailKind = "welcome" | "rejection" | "invite" | "import";

/** Put an email into the outbox, in the transaction of what it tells of. `html` is clean already. */
export function queueEmail(context: Context, kind: EmailKind, recipient: string, html: string | null = null): void {
  context.database.run(
    "insert into emails (organization, kind, recipient, html, at) values (:organization, :kind, :recipient, :html, :at)",
    { organization: context.organization, kind, recipient, html, at: context.nowMs },
  );
}
