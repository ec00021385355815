import type { Context, Hono } from "hono";
import { adminEntry } from "../audit/admin-entry.ts";
import type { Tool } from "../codegen.ts";
import { isWeaker, overridden, overrideProblem, parseOverride } from "../policy/override.ts";
import type { PolicyOverride } from "../ports.ts";
import { type ConsoleHouse, type Env, frameOf } from "./house.ts";
import { previewPolicy } from "./policy-preview.ts";
import { changePage, type ToolsContent, toolsPage } from "./tools-page.ts";

/** Characters of an account's name that are looked at. */
const tenantMaxChars = 200;

/** How far back a preview looks, in milliseconds. */
const previewMs = 7 * 24 * 60 * 60_000;

/** Calls that a preview decides again: read and judged within some tens of milliseconds. */
const previewMax = 1000;

/** The tools with their policy, and what one account has made of it. */
export function toolRoutes(app: Hono<Env>, house: ConsoleHouse): void {
  const { server, store, clock, random } = house;

  async function show(
    c: Context<Env>,
    tenant: string,
    given: Partial<ToolsContent> = {},
    status: 200 | 403 | 422 = 200,
  ) {
    const policies = tenant === "" ? [] : await store.policies.find({ server: server.name, tenant });
    const isKnown = tenant === "" || policies.length > 0 || (await hasCredentials(tenant));
    const { tools, scopes } = server;
    return c.html(toolsPage(frameOf(c, house), { tools, scopes, tenant, policies, isKnown, ...given }), status);
  }

  /** Whether any key or token is of this account. Of people who log in, nobody here can know. */
  async function hasCredentials(tenant: string): Promise<boolean> {
    if (server.auth.some(({ kind }) => kind === "oauth")) return true;
    return (await store.keys.list({ tenant })).length + (await store.tokens.list({ tenant })).length > 0;
  }

  app.get("/console/tools", (c) => show(c, toTenant(c.req.query("tenant"))));

  app.post("/console/tools", async (c) => {
    const form = c.get("form");
    const tenant = toTenant(form.get("tenant"));
    const { operator } = frameOf(c, house).signedIn;
    if (operator.role !== "admin")
      return await show(c, tenant, { problem: "Only admins set policies. Ask one, or use `toolspec policy`." }, 403);
    const tool = server.tools.find(({ name }) => name === form.get("tool"));
    const after = readPolicy(form);
    if (tool === undefined || tenant === "" || after === "unreadable")
      return await show(
        c,
        tenant,
        { problem: "Name an account, a tool and a policy; a count is a whole number." },
        422,
      );
    const problem = after && overrideProblem(tool, after);
    if (problem !== undefined) return await show(c, tenant, { problem }, 422);
    const before = (await store.policies.find({ server: server.name, tenant })).find((one) => one.tool === tool.name);
    const [was, is] = [overridden(tool, before?.override), overridden(tool, after)];
    const isWeakening = isWeaker(was, is);
    const isAsked = form.get("do") === "preview";
    // Confirmed is this very step, and not one from what somebody else has set meanwhile.
    if (isAsked || (isWeakening && form.get("confirm") !== JSON.stringify(was))) {
      const past = await preview(tool, tenant, after);
      return c.html(changePage(frameOf(c, house), { tenant, tool, was, is, isWeakening, form, past }));
    }
    await save({ tool, tenant, before: before?.override, after, by: operator.name });
    return c.redirect(`/console/tools?${new URLSearchParams({ tenant })}#${tool.name}`, 303);
  });

  /** What the new policy would have made of last week's calls. */
  async function preview(tool: Tool, tenant: string, override: PolicyOverride | undefined) {
    const sinceMs = clock.now() - previewMs;
    const filter = { server: server.name, tenant, tool: tool.name, type: "call", sinceMs, limit: previewMax };
    const { entries } = await store.audit.page(filter, { order: "newest" });
    return { ...previewPolicy(entries, { tool, override, server }), isCut: entries.length === previewMax, previewMax };
  }

  async function save(change: {
    readonly tool: Tool;
    readonly tenant: string;
    readonly before: PolicyOverride | undefined;
    readonly after: PolicyOverride | undefined;
    readonly by: string;
  }): Promise<void> {
    const { tool, tenant, before, after, by } = change;
    const which = { server: server.name, tenant, tool: tool.name };
    const nowMs = clock.now();
    const done = {
      action: after === undefined ? "policy.clear" : "policy.set",
      tenant,
      arguments: { tool: tool.name, before: before ?? null, after: after ?? null },
    };
    const entry = adminEntry({ done, server, user: by, id: random.uuid(), nowMs });
    if (after === undefined) await store.policies.clear(which, entry);
    else await store.policies.set({ ...which, override: after, setAtMs: nowMs, setBy: by }, entry);
  }
}

function toTenant(given: string | null | undefined): string {
  return (given ?? "").trim().slice(0, tenantMaxChars);
}

/** What a form asks for; undefined: as the spec says. */
function readPolicy(form: URLSearchParams): PolicyOverride | undefined | "unreadable" {
  const policy = form.get("policy");
  if (policy === "spec") return undefined;
  if (policy !== "threshold") return parseOverride(policy) ?? "unreadable";
  const count = form.get("count") ?? "";
  if (!/^\d{1,15}$/.test(count)) return "unreadable";
  return { mode: "pending_approval", threshold_count: Number(count) };
}
