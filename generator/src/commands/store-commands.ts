import type { Administration } from "../handover.ts";

/** Commands that the runtime knows all about; here they have their line of help, and what they can do. */
export const storeCommands: readonly {
  readonly name: Administration;
  readonly verbs: readonly string[];
  readonly description: string;
}[] = [
  {
    name: "keys",
    verbs: ["create", "list", "rotate", "revoke"],
    description: "Make, list, rotate and revoke API keys.",
  },
  {
    name: "tokens",
    verbs: ["create", "list", "rotate", "revoke"],
    description: "Make, list, rotate and revoke connection tokens.",
  },
  { name: "tenants", verbs: ["suspend", "resume", "list"], description: "Suspend tenants and let them in again." },
  {
    name: "approvals",
    verbs: ["list", "show", "approve", "reject", "settle"],
    description: "Decide on calls that wait for an operator.",
  },
  {
    name: "policy",
    verbs: ["set", "get", "clear", "list", "explain"],
    description: "Say which calls of a tenant wait, and why.",
  },
  {
    name: "audit",
    verbs: ["list", "export", "verify", "anchor", "prune"],
    description: "Read and verify the audit trail.",
  },
  {
    name: "webhooks",
    verbs: ["add", "list", "enable", "remove", "test", "deliveries", "replay"],
    description: "Tell other systems of calls that wait.",
  },
  {
    name: "operators",
    verbs: ["create", "list", "remove", "password"],
    description: "Say who may sign in to the console.",
  },
];
