import type { Context, Hono } from "hono";
import type { ParsedCall } from "../call.ts";
import type { JsonObject, Tool } from "../codegen.ts";
import { explain, type Question, toParsedCall } from "../commands/policy-explain.ts";
import { GatewayError } from "../errors.ts";
import { apiKeySchemes } from "../identity/key-format.ts";
import { checkJson } from "../limit/json.ts";
import { clear, requestOf } from "../policy/decide.ts";
import { type ConsoleHouse, type Env, frameOf } from "./house.ts";
import { fieldsOf, readInput } from "./try-form.ts";
import { type Tried, tryPage } from "./try-page.ts";
import { sent } from "./visit.ts";

/** One tool: what becomes of its calls, and trying it without sending anything. */
export function tryRoutes(app: Hono<Env>, house: ConsoleHouse): void {
  const { server, store, clock } = house;
  const kinds = apiKeySchemes(server.auth).flatMap((scheme) => Object.keys(scheme.kinds));

  app.on(["GET", "POST"], "/console/tools/:name{[A-Za-z0-9_.-]{1,128}}", async (c) => {
    const tool = server.tools.find(({ name }) => name === c.req.param("name"));
    if (tool === undefined) return c.notFound();
    if (c.req.method !== "POST") return c.html(await show(c, tool, {}));
    const fields = fieldsOf(server.advertised[tool.name]?.inputSchema ?? {});
    const input = readInput(fields, c.get("form"));
    const wrong = input instanceof Error ? input : checkJson(input);
    if (wrong !== undefined || input instanceof Error)
      return c.html(await show(c, tool, { problem: wrong?.message }), 422);
    const kind = sent(c, "kind");
    if (kind !== "" && !kinds.includes(kind))
      return c.html(await show(c, tool, { problem: "There is no such kind of caller." }), 400);
    // Nothing is changed, so that the answer is the page itself.
    return c.html(await show(c, tool, { tried: await attempt(tool, { input, kind, tenant: sent(c, "tenant") }) }));
  });

  async function show(
    c: Context<Env>,
    tool: Tool,
    done: { readonly tried?: Tried; readonly problem?: string | undefined },
  ) {
    const policies = await store.policies.list(server.name);
    return tryPage(frameOf(c, house), {
      tool,
      policies: policies.filter((policy) => policy.tool === tool.name),
      fields: fieldsOf(server.advertised[tool.name]?.inputSchema ?? {}),
      kinds,
      form: c.req.method === "POST" ? c.get("form") : undefined,
      tried: done.tried,
      problem: done.problem,
    });
  }

  async function attempt(
    tool: Tool,
    { input, kind, tenant }: { readonly input: JsonObject; readonly kind: string; readonly tenant: string },
  ): Promise<Tried> {
    const policies = tenant === "" ? [] : await store.policies.find({ server: server.name, tenant });
    const question: Question = {
      tool,
      input,
      override: policies.find((policy) => policy.tool === tool.name)?.override,
      nowMs: clock.now(),
      ...(tenant !== "" && { tenant }),
      ...(kind !== "" && { kind }),
    };
    const explained = explain(question, server);
    if (explained.decision === "refused") return { explained, request: undefined, problem: undefined };
    return { explained, ...requestShown(toParsedCall(question, server)) };
  }

  /** The request, cleared for nothing but to be shown. */
  function requestShown(call: ParsedCall): Pick<Tried, "request" | "problem"> {
    const none = { request: undefined };
    if (!("method" in requestOf(call))) return { ...none, problem: "It is answered here, and calls nothing." };
    const cleared = clear(call, { kind: "dry_run", how: "plan", insteadOf: "auto", why: "to show an operator" });
    if ("content" in cleared) return { ...none, problem: "It is answered here, and calls nothing." };
    try {
      const planned = house.plan(cleared);
      if (planned.kind === "planned") return { request: planned.value.plan as JsonObject, problem: undefined };
      return { ...none, problem: planned.kind === "failed" ? planned.error.message : "No request comes of it." };
    } catch (error) {
      if (error instanceof GatewayError) return { ...none, problem: error.message };
      throw error;
    }
  }
}
