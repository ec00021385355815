/** What a change may be. The ids are stable: workflows and code scanning name them. */

/** Whom a change is for: `wire` breaks clients, `security` alters what is allowed, `docs` alters words, `safe` breaks nobody. */
export type Category = "wire" | "security" | "docs" | "safe";
export const categories: readonly Category[] = ["wire", "security", "docs", "safe"];

/** `changed`: other than it was, and which way cannot be told. */
export type Security = "loosened" | "tightened" | "changed";

/** A section of Keep a Changelog 1.1.0. */
export type Section = "Added" | "Changed" | "Deprecated" | "Removed" | "Security";

export interface ChangeRule {
  readonly category: Category;
  /** A change of any category may alter what is allowed too. */
  readonly security?: Security;
  readonly section: Section;
  /** Whom it breaks or concerns, where the change itself does not say. */
  readonly concerns: string;
}

const calling = "clients that call it";
const reading = "whoever reads the reply";
const operators = "operators, who decide on other calls than before";

function rule(category: Category, section: Section, concerns: string, security?: Security): ChangeRule {
  return { category, section, concerns, ...(security !== undefined && { security }) };
}

export const changeRules = {
  "server-removed": rule("wire", "Removed", "all of its clients"),
  "server-added": rule("safe", "Added", "nobody"),
  "server-renamed": rule("wire", "Changed", "clients and stores that know it by its name"),
  "mcp-path-changed": rule("wire", "Changed", "every client: its configured address leads nowhere"),
  "poll-path-changed": rule("wire", "Changed", "clients that poll for approvals"),
  "auth-removed": rule("wire", "Removed", "callers with these credentials"),
  "auth-added": rule("security", "Security", "others may call now", "loosened"),
  "auth-changed": rule("wire", "Security", "callers with these credentials", "changed"),
  "bypass-added": rule("security", "Security", "keys of this kind may more", "loosened"),
  "bypass-removed": rule("wire", "Security", "callers with keys of this kind", "tightened"),
  "ttl-longer": rule("security", "Security", "credentials last longer", "loosened"),
  "ttl-shorter": rule("security", "Security", "whoever makes credentials that last longer", "tightened"),
  "role-widened": rule("security", "Security", "people of this role may more", "loosened"),
  "role-narrowed": rule("wire", "Security", "people of this role", "tightened"),
  "credentials-forwarded": rule("security", "Security", "the upstream gets what callers send", "loosened"),
  "credentials-changed": rule("security", "Security", "whoever runs the server and its upstream", "changed"),
  "upstream-changed": rule("security", "Security", "whoever runs the server: calls go elsewhere", "changed"),
  "relay-removed": rule("security", "Security", "backends that verify co-signatures", "loosened"),
  "relay-changed": rule("security", "Security", "backends that verify co-signatures", "changed"),
  "relay-added": rule("security", "Security", "nobody", "tightened"),
  "approvals-loosened": rule("security", "Security", operators, "loosened"),
  "approvals-tightened": rule("security", "Security", operators, "tightened"),
  "approvals-removed": rule("wire", "Security", "clients that wait for approvals", "loosened"),
  "list-widened": rule("security", "Security", "callers see tools that they may not use", "loosened"),
  "list-narrowed": rule("wire", "Security", "clients that call only what they see", "tightened"),
  "error-changed": rule("wire", "Changed", "clients that tell errors apart by their number"),
  "error-reworded": rule("docs", "Changed", "nobody"),
  "tool-removed": rule("wire", "Removed", calling),
  "tool-renamed": rule("wire", "Changed", "clients that call it by its old name"),
  "tool-added": rule("safe", "Added", "nobody"),
  "toolset-removed": rule("wire", "Removed", "clients that ask for it: they are refused"),
  "toolset-added": rule("safe", "Added", "nobody"),
  "toolset-narrowed": rule("wire", "Changed", "clients that ask for this set and call these tools"),
  "toolset-widened": rule("safe", "Changed", "nobody"),
  "default-tools-removed": rule("wire", "Changed", "clients that ask for no toolset and call these tools"),
  "default-tools-added": rule("safe", "Changed", "nobody"),
  "tool-deprecated": rule("docs", "Deprecated", "nobody yet"),
  "tool-restored": rule("docs", "Changed", "nobody"),
  "request-changed": rule("security", "Changed", "nobody, if the upstream does the same there", "changed"),
  "hints-loosened": rule("security", "Security", "people whose client asks less often", "loosened"),
  "hints-tightened": rule("security", "Changed", "people whose client asks more often", "tightened"),
  "scope-needed": rule("wire", "Security", "agents without it", "tightened"),
  "scope-dropped": rule("security", "Security", "agents may more", "loosened"),
  "scope-changed": rule("wire", "Security", "agents with the old scope alone", "loosened"),
  "disposition-tightened": rule("wire", "Security", "clients that expect it to run at once", "tightened"),
  "disposition-loosened": rule("security", "Security", operators, "loosened"),
  "disposition-changed": rule("wire", "Security", `clients, and ${operators}`, "loosened"),
  "dry-run-removed": rule("wire", "Security", "clients that send dry_run", "loosened"),
  "dry-run-changed": rule("wire", "Changed", "clients that read what a dry run says"),
  "dry-run-added": rule("safe", "Added", "nobody"),
  "sensitive-removed": rule("security", "Security", "it is written to logs and the trail", "loosened"),
  "sensitive-added": rule("security", "Security", "whoever looks for it in logs and the trail", "tightened"),
  "input-removed": rule("wire", "Removed", "clients that send it: unknown arguments are refused"),
  "input-renamed": rule("wire", "Changed", "clients that send its old name"),
  "input-required": rule("wire", "Changed", "clients that leave it out"),
  "input-optional": rule("safe", "Changed", "nobody"),
  "input-added": rule("safe", "Added", "nobody"),
  "input-narrowed": rule("wire", "Changed", "clients that send what is refused now"),
  "input-type-changed": rule("wire", "Changed", "clients that send the old type"),
  "input-unclear": rule("wire", "Changed", "perhaps clients that send it: it cannot be told"),
  "input-widened": rule("safe", "Changed", "nobody"),
  "input-unbounded": rule("security", "Security", "the upstream gets what was refused before", "loosened"),
  "input-default-changed": rule("wire", "Changed", "clients that leave it out"),
  "input-reworded": rule("docs", "Changed", "nobody"),
  "constraint-added": rule("wire", "Changed", "clients whose arguments do not go together now"),
  "constraint-removed": rule("security", "Security", "the upstream gets what was refused before", "loosened"),
  "output-removed": rule("wire", "Removed", reading),
  "output-added": rule("safe", "Added", "nobody"),
  "output-field-removed": rule("wire", "Removed", reading),
  "output-field-added": rule("safe", "Added", "nobody"),
  "output-field-optional": rule("wire", "Changed", `${reading} and expects it always`),
  "output-widened": rule("wire", "Changed", `${reading} and does not expect this`),
  "output-unclear": rule("wire", "Changed", `perhaps ${reading}: it cannot be told`),
  "output-narrowed": rule("safe", "Changed", "nobody"),
  "output-reworded": rule("docs", "Changed", "nobody"),
  "contract-loosened": rule("security", "Changed", reading, "loosened"),
  "contract-tightened": rule("wire", "Changed", "clients, where the upstream breaks its own contract", "tightened"),
  "prompt-removed": rule("wire", "Removed", "people who choose it in their client"),
  "prompt-added": rule("safe", "Added", "nobody"),
  "prompt-argument-removed": rule("wire", "Removed", "clients that send it"),
  "prompt-argument-required": rule("wire", "Changed", "clients that leave it out"),
  "prompt-argument-added": rule("safe", "Added", "nobody"),
  "content-removed": rule("wire", "Removed", "clients that ask for it"),
  "content-added": rule("safe", "Added", "nobody"),
  "content-changed": rule("docs", "Changed", "models, which are told something else"),
  reworded: rule("docs", "Changed", "nobody"),
} as const satisfies Readonly<Record<string, ChangeRule>>;

export type ChangeRuleId = keyof typeof changeRules;
