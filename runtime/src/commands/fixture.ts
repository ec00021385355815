import type { AuthScheme, OAuthAuth } from "../codegen.ts";
import { composePlanner } from "../compose.ts";
import type { AuditEntry } from "../ports.ts";
import { openStore, type Store } from "../store/open.ts";
import type { CommandContext, ServedServer } from "./store-command.ts";

/** The time at which the commands of tests run. */
export const nowMs = Date.UTC(2026, 8, 1, 12, 30);

/** Callers who log in. */
export const loginAuth: OAuthAuth = {
  kind: "oauth",
  path: "/mcp",
  issuer: "https://login.example",
  audience: "https://api.example/mcp",
  algorithms: ["RS256"],
  clockSkewSeconds: 5,
  tenant: { claim: "space", title: "Space" },
};

/** What one run of a command gave. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A command over a real store in memory. */
export interface CommandHouse {
  readonly store: Store;
  /** Run with `registrations.ts` put behind the subcommand. */
  run(...argv: readonly string[]): Promise<Ran>;
  /** What was asked at the terminal. */
  readonly asked: readonly string[];
  /** How often the store was opened and closed. */
  readonly opened: () => number;
  readonly closed: () => number;
  /** What was done, as the audit trail has it. */
  entries(): Promise<readonly Pick<AuditEntry, "type" | "actorType" | "callerId" | "tenant" | "tool" | "arguments">[]>;
}

/** Set a command up: ids count, randomness counts with them, time stands still. */
export async function setUpCommand(
  command: (argv: readonly string[], context: CommandContext) => Promise<number>,
  options: {
    readonly auth: readonly AuthScheme[];
    readonly isGenerated?: boolean;
    /** More of the server. */
    readonly server?: Partial<ServedServer>;
    /** What whoever sits at the terminal answers. Default: nobody does. */
    readonly answer?: boolean;
    readonly password?: string;
  },
): Promise<CommandHouse> {
  let [made, opened, closed] = [0, 0, 0];
  const random = {
    uuid: () => `00000000-0000-4000-8000-${String(++made).padStart(12, "0")}`,
    bytes: (length: number) => new Uint8Array(length).fill(made + 1),
  };
  const clock = { now: () => nowMs, monotonic: () => 0 };
  let stored = 2 ** 48;
  // The store's own ids count down, so that the two do not meet.
  const writer = { ...random, uuid: () => `00000000-0000-4000-8000-${(--stored).toString(16)}` };
  const store = await openStore({ file: ":memory:", clock, random: writer });
  const server: ServedServer = {
    name: "vauchflow",
    toolspec: 1,
    title: "Vauchflow",
    version: "1.2.3",
    description: "Vouchers and campaigns.",
    mcp: { path: "/v1/mcp" },
    upstream: { url: "http://127.0.0.1:1", credentials: { kind: "none" }, timeoutMs: 1000 },
    auth: options.auth,
    errors: {},
    manifest: new URL("file:///nowhere/mcp.txt"),
    tools: [],
    advertised: {},
    scopes: { CAMPAIGN_READ: "Read campaigns.", VOUCHER_READ: "Read vouchers." },
    ...options.server,
  };
  const asked: string[] = [];
  const { answer } = options;
  return {
    store,
    asked,
    opened: () => opened,
    closed: () => closed,
    async run(...argv) {
      const [out, err]: [string[], string[]] = [[], []];
      const [name, ...rest] = argv;
      const code = await command(name === undefined ? [] : [name, "registrations.ts", ...rest], {
        server: options.isGenerated === false ? undefined : server,
        async open() {
          opened += 1;
          const close = async () => {
            closed += 1;
          };
          return { ...store, close };
        },
        user: "ada",
        ask: answer === undefined ? undefined : async (question) => asked.push(question) > 0 && answer,
        planner: async (server) => composePlanner({ server, variables: {} }),
        readPassword: options.password === undefined ? undefined : async () => options.password as string,
        clock,
        random,
        stdout: { write: (text) => out.push(text) },
        stderr: { write: (text) => err.push(text) },
      });
      return { code, out: out.join(""), err: err.join("") };
    },
    async entries() {
      const entries = await store.audit.entries();
      return entries.map(({ type, actorType, callerId, tenant, tool, arguments: given }) => {
        return { type, actorType, callerId, tenant, tool, arguments: given };
      });
    },
  };
}
