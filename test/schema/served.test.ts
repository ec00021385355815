/** What `tools/list` advertises and what the validator accepts, for every input of every spec. Ajv is the referee. */
import { server as vauchflow } from "@toolspec/generated/vauchflow";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { near } from "./near.ts";

const runs = 1_500;
const seed = 20_261_120;

const servers = [vauchflow];

describe.each(servers.map((server) => [server.name, server] as const))("%s", (_name, server) => {
  it.each(server.tools.map((tool) => [tool.name, tool] as const))(
    "%s accepts exactly what it advertises, and alters nothing",
    (name, tool) => {
      const schema = server.advertised[name]?.inputSchema;
      if (schema === undefined) throw new Error(`${name} advertises nothing`);
      const ajv = new Ajv2020({ strict: false, allErrors: false });
      (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
      const referee = ajv.compile(schema);
      const properties = schema.properties as Record<string, { default?: unknown }>;
      const seen = { accepted: 0, refused: 0 };
      const verdict = (given: Record<string, unknown>) => {
        const { dry_run: dryRun, ...rest } = given;
        const isControl = tool.dryRun !== "none" && Object.hasOwn(given, "dry_run");
        const parsed = tool.input.safeParse(isControl ? rest : given);
        return { parsed, accepted: parsed.success && (!isControl || typeof dryRun === "boolean") };
      };
      fc.assert(
        fc.property(near(schema, (schema.$defs ?? {}) as never), (given) => {
          const expected = referee(given);
          if (typeof given !== "object" || given === null || Array.isArray(given)) {
            expect(expected).toBe(false);
            return;
          }
          const { parsed, accepted } = verdict(given as Record<string, unknown>);
          expect(accepted, JSON.stringify(referee.errors)).toBe(expected);
          seen[accepted ? "accepted" : "refused"] += 1;
          if (!accepted || !parsed.success) return;
          const { dry_run: _control, ...sent } = given as Record<string, unknown>;
          const added = Object.entries(parsed.data as object).filter(([input]) => !Object.hasOwn(sent, input));
          for (const [input, value] of added) expect(value).toEqual(properties[input]?.default);
          expect({ ...(parsed.data as object) }).toEqual({ ...Object.fromEntries(added), ...sent });
        }),
        { numRuns: runs, seed },
      );
      // A property that never meets one of the two sides would show nothing.
      expect(seen.accepted).toBeGreaterThan(runs / 50);
      expect(seen.refused).toBeGreaterThan(runs / 50);
    },
  );
});
