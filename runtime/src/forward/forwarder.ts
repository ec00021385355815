import type { ClearedCall, Exchange, Outcome } from "../call.ts";
import type { Disposition, ServerDefinition, Tool } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import type { Clock, Logger, Random } from "../ports.ts";
import { type CallCredentials, createCredentialer } from "./credentials.ts";
import { codeOf, type Loss, toLossError } from "./failure.ts";
import { toPlan } from "./plan.ts";
import { toRejection } from "./rejection.ts";
import { createRenderer, type RenderedRequest } from "./render.ts";
import { isRepeatable } from "./repeatable.ts";
import { findContractBreaks, readReply, toToolReply } from "./reply.ts";
import { createSender, defaultSendLimits, type SendLimits, type Sent } from "./send.ts";
import type { Upstream } from "./upstream.ts";
import { readUpstreamError } from "./upstream-error.ts";

/** What a forwarder needs of its server and of the outside. */
export interface ForwarderOptions {
  readonly server: ServerDefinition;
  readonly upstream: Upstream;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Default: {@link defaultSendLimits}. */
  readonly limits?: Partial<SendLimits>;
}

/** The one way to the upstream. */
export interface Forwarder {
  /**
   * Show the request of a call and send nothing. `disposition` is what would become of the call; default: what was decided.
   * Never throws.
   */
  plan(call: ClearedCall, disposition?: Disposition): Outcome;
  /** Send the one request of a call and read its reply. Never rejects. */
  send(call: ClearedCall): Promise<Outcome>;
  /** Let what runs end, then close the connections. */
  close(): Promise<void>;
}

/** What an attempt adds to a request: its headers, and a target that is never shown. */
type Attempt = Pick<RenderedRequest, "target" | "headers">;

/** Headers of every request, before those of the call. No compression: a small body could hide an endless one. */
const ownHeaders = ["accept", "application/json", "accept-encoding", "identity", "user-agent", "toolspec"] as const;

/**
 * Set up the one way to one upstream.
 *
 * @throws UpstreamSettingError when a credential cannot be sent or signed with; found when the server starts, not with the first call.
 */
export function createForwarder(options: ForwarderOptions): Forwarder {
  const { server, upstream, clock, random, logger } = options;
  const limits: SendLimits = { ...defaultSendLimits, ...options.limits };
  const credentialer = createCredentialer({
    upstream,
    issuer: server.name,
    auth: server.auth,
    clock,
    logger,
  });
  const render = createRenderer({
    basePath: upstream.basePath,
    credentialNames: credentialer.names,
    credentialQuery: credentialer.query,
    dryRunParameter: server.dryRunParameter,
    random,
  });
  const sender = createSender(upstream.origin, limits);

  function plan(call: ClearedCall, disposition = dispositionOf(call)): Outcome {
    try {
      return toPlan(call, render(call.request, false), disposition);
    } catch (error) {
      return toFailure(call, error, undefined);
    }
  }

  async function send(call: ClearedCall): Promise<Outcome> {
    if (call.decision.kind === "dry_run" && call.decision.how === "plan") return plan(call);
    let exchange: Exchange | undefined;
    try {
      if (call.controls.dryRun && !isDryRun(call)) throw new Error("A dry run was cleared as a real run.");
      const rendered = render(call.request, isDryRun(call));
      const credentials = await credentialer.prepare(call);
      const attempts = createAttempts(call, rendered, credentials);
      const startedMs = clock.monotonic();
      const sent = await sender.send(toOutgoing(call, rendered, attempts.sign));
      exchange = {
        method: rendered.method,
        target: rendered.target,
        ...(sent.status !== undefined && { status: sent.status }),
        durationMs: clock.monotonic() - startedMs,
      };
      if (sent.kind === "replied" && sent.status === 401) credentials.refuse?.();
      return toOutcome(call, sent, exchange, attempts.secrets);
    } catch (error) {
      return toFailure(call, error, exchange);
    }
  }

  /** Credentials for each attempt of a call, and what must not come back of any of them. */
  function createAttempts(call: ClearedCall, rendered: RenderedRequest, credentials: CallCredentials) {
    const secrets: string[] = [];
    const { idempotencyHeader } = call.tool;
    // Never with a dry run: the upstream would take the real call for its repetition.
    const key = idempotencyHeader !== undefined && hasEffect(call) ? [idempotencyHeader, call.id] : [];
    const sign = (): Attempt => {
      const { headers, target = rendered.target, secrets: shown } = credentials.sign(rendered, clock.now());
      secrets.push(...shown);
      return { target, headers: [...ownHeaders, "x-request-id", call.id, ...key, ...headers, ...rendered.headers] };
    };
    return { sign, secrets };
  }

  function toOutgoing(call: ClearedCall, rendered: RenderedRequest, sign: () => Attempt) {
    const { tool } = call;
    const isEffect = hasEffect(call);
    const isSafeMethod = rendered.method === "GET" || rendered.method === "HEAD";
    return {
      ...rendered,
      ...sign(),
      // A credential that goes with the target is the same each time, so only headers differ.
      headersAgain: () => sign().headers,
      timeoutMs: timeoutOf(tool),
      signal: call.signal,
      isEffect,
      isRepeatable: isRepeatable(tool) || (isSafeMethod && tool.access === "read"),
    };
  }

  function toOutcome(call: ClearedCall, sent: Sent, exchange: Exchange, secrets: readonly string[]): Outcome {
    if (sent.kind === "lost") return toLost(call, sent, exchange);
    const { status } = sent;
    if (status >= 300) return toRejected(call, sent, exchange, secrets);
    const reply = readReply(sent, secrets);
    if (reply.kind === "unreadable") return toLost(call, { code: reply.code, dispatched: true, status }, exchange);
    if (reply.hasSecret)
      logger.warn("the upstream repeats credentials in its reply", { callId: call.id, tool: call.tool.name });
    const broken = checkContract(call, reply.plain);
    if (broken !== undefined) return { kind: "failed", error: broken, exchange };
    return { kind: "succeeded", ...toToolReply(reply.text, reply.exact, isDryRun(call)), exchange };
  }

  function toLost(call: ClearedCall, loss: Loss, exchange: Exchange): Outcome {
    const { tool } = call;
    const error = toLossError(loss, {
      toolName: tool.name,
      isEffect: hasEffect(call),
      isIdempotent: tool.idempotent === true,
      timeoutMs: timeoutOf(tool),
      replyMaxBytes: limits.replyMaxBytes,
    });
    const fields = { callId: call.id, tool: tool.name, code: error.code, loss: loss.code, cause: codeOf(loss.cause) };
    logger.warn("no usable reply from the upstream", fields);
    return { kind: "failed", error, exchange };
  }

  function toRejected(
    call: ClearedCall,
    reply: Extract<Sent, { kind: "replied" }>,
    exchange: Exchange,
    secrets: readonly string[],
  ): Outcome {
    const ownSecret = call.caller.credential.reveal();
    const read = readReply(reply, secrets);
    const body = read.kind === "read" ? read.plain : undefined;
    const error = toRejection(reply.status, {
      tool: call.tool,
      isEffect: hasEffect(call),
      isCallersCredential: upstream.credentials.kind === "forward",
      relayRefusals: server.relay?.refusals ?? [],
      headers: reply.headers,
      error: readUpstreamError(body, [...secrets, ownSecret]),
      nowMs: clock.now(),
    });
    if (error.code !== "upstream_rejected") {
      logger.warn("the upstream refused or failed", {
        callId: call.id,
        tool: call.tool.name,
        code: error.code,
        ...error.meta,
      });
    }
    return { kind: "failed", error, exchange };
  }

  /** @returns the error that a broken contract ends in, where the tool says `contract: enforce`. */
  function checkContract({ id, tool }: ClearedCall, plain: unknown): GatewayError | undefined {
    const paths = findContractBreaks(tool, plain);
    if (paths.length === 0) return undefined;
    logger.warn("the upstream's reply breaks the tool's output schema", { callId: id, tool: tool.name, paths });
    if (tool.contract !== "enforce") return undefined;
    const effect = tool.access === "write" ? "The request itself was accepted." : "Nothing was changed.";
    return new GatewayError(
      "upstream_contract",
      `The upstream's reply does not fit what ${tool.name} promises, so it is not passed on. ${effect} Tell the operator.`,
      { meta: { paths, retryable: false } },
    );
  }

  function toFailure(call: ClearedCall, error: unknown, exchange: Exchange | undefined): Outcome {
    if (error instanceof GatewayError) return { kind: "failed", error, ...(exchange && { exchange }) };
    logger.error("a call broke in forward", { callId: call.id, tool: call.tool.name, error });
    const message = "The request could not be built. This is a fault of the server; report it to its operator.";
    return {
      kind: "failed",
      error: new GatewayError("internal", message, { cause: error }),
      ...(exchange && { exchange }),
    };
  }

  function timeoutOf(tool: Tool): number {
    return tool.timeoutMs ?? server.upstream.timeoutMs;
  }

  return {
    plan,
    send,
    async close() {
      await sender.close();
      await credentialer.close();
    },
  };
}

/** What would become of the call if it were no dry run. */
function dispositionOf({ decision, tool }: ClearedCall): Disposition {
  return decision.kind === "dry_run" ? decision.insteadOf : tool.disposition;
}

/** The upstream itself is asked to run dry. */
function isDryRun({ decision }: ClearedCall): boolean {
  return decision.kind === "dry_run";
}

function hasEffect(call: ClearedCall): boolean {
  return call.tool.access === "write" && !isDryRun(call);
}
