import {
  ApiError,
  type Field,
  flag,
  isObject,
  listOf,
  objectOf,
  oneOf,
  optional,
  rule,
  text,
  toInstant,
} from "@toolspec/example-http";
import type { Context } from "../context.ts";
import { commaList } from "../fields.ts";
import { record } from "../history.ts";
import { type Operation, operation } from "../operation.ts";
import { remainingStock } from "../rewards/stock.ts";
import { checkPayload } from "./check.ts";
import { ITEMS_MAX, type Item, type Module, modules } from "./items.ts";
import { activeModule, addVersion, stagedVersions } from "./versions.ts";

/** Members of an item as uploaded: twice as many as any module knows. */
const MEMBERS_MAX = 20;

/** An item that is not looked at yet: what is wrong within it is a finding, not a bad request. */
const anyItem: Field<object> = rule(`must be an object of at most ${MEMBERS_MAX} members`, (value) =>
  isObject(value) && Object.keys(value).length <= MEMBERS_MAX ? { value } : undefined,
);

const payload = objectOf({ items: listOf(anyItem, { max: ITEMS_MAX, repeats: true }) });

const getProgram = operation({
  method: "GET",
  path: "/v1/program",
  access: "read",
  query: { sections: optional(commaList(modules), modules) },
  run(context, { sections }) {
    const { id: space, environment } = context.space;
    const shown = sections.map((module) => [module, showActive(context, module)]);
    const staged = stagedVersions(context)
      .filter(({ module }) => sections.includes(module))
      .map(({ module, version, note, uploadedBy, uploadedAtMs, items }) => {
        return { module, version, note, uploadedBy, uploadedAt: toInstant(uploadedAtMs), items };
      });
    return { status: 200, body: { space, environment, modules: Object.fromEntries(shown), staged } };
  },
});

const validateConfigModule = operation({
  method: "POST",
  path: "/v1/config/validate",
  access: "read",
  body: { module: oneOf(modules), payload },
  run(context, { module, payload }) {
    const { errors, warnings } = checkPayload(context, module, { items: payload.items, activate: false });
    return { status: 200, body: { module, valid: errors.length === 0, errors, warnings } };
  },
});

const uploadConfigModule = operation({
  method: "POST",
  path: "/v1/config/{module}/versions",
  access: "write",
  params: { module: oneOf(modules) },
  body: { payload, activate: optional(flag(), false), note: optional(text({ min: 1, max: 500 })) },
  run(context, { module, payload, activate, note }) {
    const { items, errors, warnings } = checkPayload(context, module, { items: payload.items, activate });
    if (errors.length > 0) throw invalidModule(module, errors);
    const version = addVersion(context, { module, items, activate, note: note ?? null });
    const status = activate ? "active" : "staged";
    record(context, `config.${status}`, module, { version, note: note ?? null });
    const activeVersion = activeModule(context, module).version;
    return { status: 201, body: { module, version, status, activeVersion, warnings } };
  },
});

export const programOperations: readonly Operation[] = [getProgram, validateConfigModule, uploadConfigModule];

/** The module in force as the wire shows it: rewards with what is left of them, levels from the lowest. */
function showActive(context: Context, module: Module): { version: number; items: readonly Item[] } {
  const { version, items } = activeModule(context, module);
  if (module === "levels") {
    const levels = items as readonly Item<"levels">[];
    return { version, items: levels.toSorted((a, b) => a.threshold - b.threshold) };
  }
  if (module !== "rewards") return { version, items };
  const rewards = items as readonly Item<"rewards">[];
  return { version, items: rewards.map((item) => ({ ...item, stock: remainingStock(context, item, version) })) };
}

/** Findings that stand in the message itself; `meta.errors` has them all. */
const FINDINGS_IN_MESSAGE = 5;

function invalidModule(module: Module, errors: readonly { path: string; message: string }[]): ApiError {
  const shown = errors.slice(0, FINDINGS_IN_MESSAGE).map(({ path, message }) => `${path || module} ${message}`);
  const rest = errors.length - shown.length;
  const more = rest > 0 ? ` And ${rest} more.` : "";
  return new ApiError(422, "config_invalid", `The module ${module} cannot be kept: ${shown.join(" ")}${more}`, {
    meta: { errors },
  });
}
