/** A system that runs: gateway and upstream, and the credentials that were made for it. */
export interface RunningSystem {
  readonly name: string;
  readonly title: string;
  readonly tools: number;
  readonly mcp: string;
  readonly upstream: string;
  /** Authorization server where people log in, for systems that have one. */
  readonly login?: string;
  /** The first may do everything that an agent may; the others are named by what they lack. */
  readonly credentials: Readonly<
    Record<string, { readonly headers: Readonly<Record<string, string>>; readonly note: string }>
  >;
  readonly read: { readonly tool: string; readonly arguments: object };
  /** Where calls wait for an operator: what a shell needs to decide on them. Absent: none ever waits. */
  readonly operator?: {
    readonly specs: string;
    readonly data: string;
    /** The console, and who may sign in there. */
    readonly console: string;
    readonly name: string;
    readonly password: string;
  };
  readonly write: { readonly tool: string; readonly arguments: object; readonly dryRun: object };
  close(): Promise<void>;
}

export interface SystemOptions {
  /** Of the MCP endpoint; 0 takes a free one. The upstream always takes a free one. */
  readonly port: number;
}
