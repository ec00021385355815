/** Changing the program: check, stage, look at the whole, and only then put it in force. */
import { seedIds } from "@toolspec/example-perkamo";
import { expect, it } from "vitest";
import { verifies } from "../requirements.ts";
import { ask, refusal } from "./ask.ts";
import { type System, startSystem } from "./system.ts";

const modules = ["rules", "wallets", "rewards", "perks", "achievements", "boosts", "levels"];

interface Finding {
  readonly path: string;
  readonly message: string;
}

/** What is in force of a module. */
const inForce = async (system: System, module: string) => (await ask(system, "get_program")).modules[module];

const pathsOf = (findings: readonly Finding[]) => findings.map(({ path }) => path);

verifies(
  ["perkamo:validate_config_module", "perkamo:validate-modules"],
  "finds each of the seven modules good as it is in force, and keeps nothing of what it checks",
  async () => {
    const system = await startSystem();
    const { modules: program } = await ask(system, "get_program");
    const before = system.upstream.counts();
    for (const module of modules) {
      const { items } = program[module];
      const checked = await ask(system, "validate_config_module", { module, payload: { items } });
      expect(checked, module).toMatchObject({ module, valid: true, errors: [] });
      const broken = items.map((item: object) => ({ ...item, id: "Not An Id" }));
      const refused = await ask(system, "validate_config_module", { module, payload: { items: broken } });
      expect(refused.valid, module).toBe(false);
      expect(pathsOf(refused.errors), module).toContain("items[0].id");
    }
    expect(system.upstream.counts()).toEqual(before);
  },
);

verifies(
  "perkamo:validate-warnings",
  "warns of fields and modules that a person should look at, which does not prevent an upload",
  async () => {
    const system = await startSystem();
    const boost = {
      id: "forever",
      name: "Forever",
      wallet: seedIds.points,
      multiplier: 9,
      startsAt: "2026-01-01T00:00:00Z",
      endsAt: null,
    };
    const payload = { items: [boost] };
    const checked = await ask(system, "validate_config_module", { module: "boosts", payload });
    expect(checked).toMatchObject({ valid: true, errors: [] });
    expect(pathsOf(checked.warnings)).toEqual(expect.arrayContaining(["items[0].multiplier", "items[0].endsAt"]));
    const empty = await ask(system, "validate_config_module", { module: "boosts", payload: { items: [] } });
    expect(pathsOf(empty.warnings)).toContain("");
    const uploaded = await ask(system, "upload_config_module", { module: "boosts", payload });
    expect(pathsOf(uploaded.warnings)).toEqual(pathsOf(checked.warnings));
  },
);

verifies(
  ["perkamo:upload_config_module", "perkamo:stage-first", "perkamo:activate-after-review"],
  "stages unless told otherwise, changes nothing by it, shows it in the whole program, and activates on purpose",
  async () => {
    const system = await startSystem();
    const before = await inForce(system, "rewards");
    const items = before.items.map((reward: { id: string; cost: number }) =>
      reward.id === seedIds.coffee ? { ...reward, cost: 120 } : reward,
    );
    const given = { module: "rewards", payload: { items }, note: "Coffee for 120" };
    const staged = await ask(system, "upload_config_module", given);
    expect(staged).toMatchObject({ module: "rewards", status: "staged", activeVersion: before.version });
    expect(await inForce(system, "rewards")).toEqual(before);
    const { staged: waiting } = await ask(system, "get_program");
    expect(waiting).toContainEqual(
      expect.objectContaining({
        module: "rewards",
        version: staged.version,
        note: "Coffee for 120",
        uploadedBy: "ada",
        items,
      }),
    );
    const redeemed = await ask(system, "redeem_reward", {
      rewardId: seedIds.coffee,
      userId: seedIds.nora,
      transactionId: "redeem-while-staged",
    });
    expect(redeemed.cost).toBe(150);

    const active = await ask(system, "upload_config_module", { ...given, activate: true });
    expect(active).toMatchObject({ status: "active", activeVersion: active.version });
    expect((await inForce(system, "rewards")).version).toBe(active.version);
    const dearer = await ask(system, "redeem_reward", {
      rewardId: seedIds.coffee,
      userId: seedIds.nora,
      transactionId: "redeem-when-active",
    });
    expect(dearer.cost).toBe(120);
    const { staged: left } = await ask(system, "get_program", { sections: ["rewards"] });
    expect(left).toEqual([]);
  },
);

it("refuses an upload with errors, names them, and keeps what is in force", async () => {
  const system = await startSystem();
  const before = await ask(system, "get_program");
  // Gold unlocks the perk, and would unlock nothing.
  const items = before.modules.perks.items.filter(({ id }: { id: string }) => id !== seedIds.support);
  const error = await refusal(system, "upload_config_module", { module: "perks", payload: { items }, activate: true });
  expect(error).toMatchObject({ code: "config_invalid", fix: expect.stringContaining("validate_config_module") });
  expect(error.message).toContain(seedIds.support);
  expect(await ask(system, "get_program")).toEqual(before);
});

verifies(
  "perkamo:test-spaces",
  "says which kind a Space is, and warns where a change would meet real customers",
  async () => {
    const system = await startSystem();
    const live = await system.tokenFor({ space: "acme-live" });
    const program = await ask(system, "get_program", {}, { key: live });
    expect(program.environment).toBe("live");
    for (const module of ["rewards", "achievements", "boosts", "levels"]) {
      const given = { module, payload: { items: program.modules[module].items } };
      const warned = await ask(system, "validate_config_module", given, { key: live });
      expect(warned.warnings.map(({ message }: Finding) => message).join(), module).toContain("test Space first");
      const unwarned = await ask(system, "validate_config_module", given);
      expect(unwarned.warnings.map(({ message }: Finding) => message).join(), module).not.toContain("test Space first");
    }
  },
);
