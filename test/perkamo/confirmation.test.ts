/** No write runs on a model's own account: not one of the seven, over no era, with no value that merely looks like a yes. */
import { describe, expect, it } from "vitest";
import { verifies } from "../requirements.ts";
import { eras } from "../wire.ts";
import { calls } from "./calls.ts";
import { asked, callAndAnswer, callWithForm, hasRun, no, yes } from "./form.ts";
import { allWrites, startSystem } from "./system.ts";

/** What a model might write instead of true. */
const notTrue: readonly unknown[] = [false, "true", "yes", 1, null, {}, [true], { confirm: true }];

it("is asked for by the seven writes and no read", async () => {
  const system = await startSystem();
  const { tools } = (await system.request("tools/list", {})).json.result;
  const asking = tools.filter(({ inputSchema }: { inputSchema: { properties: object } }) =>
    Object.hasOwn(inputSchema.properties, "confirm"),
  );
  expect(asking.map(({ name }: { name: string }) => name)).toEqual(allWrites);
  for (const { inputSchema } of asking) {
    expect(inputSchema.properties.confirm).toMatchObject({ type: "boolean" });
    expect(inputSchema.properties.confirm).not.toHaveProperty("default");
    expect(inputSchema.required).not.toContain("confirm");
  }
  expect(allWrites).toHaveLength(7);
});

describe.each(allWrites)("%s", (tool) => {
  const given = calls[tool]?.ok ?? {};

  verifies(
    ["perkamo:confirm", "perkamo:not-inferred"],
    "sends nothing without confirm: true, whatever stands there instead, and says how to go on",
    async () => {
      const system = await startSystem();
      const before = system.upstream.counts();
      for (const era of eras) {
        const without = await system.call(tool, given, { era });
        expect(without.json.result.isError, without.text).toBe(true);
        expect(without.inner.error.code).toBe("confirmation_required");
        expect(without.text).toContain("confirm: true");
        for (const confirm of notTrue) {
          const { inner, text } = await system.call(tool, { ...given, confirm }, { era });
          expect(["confirmation_required", "invalid_argument"], text).toContain(inner.error.code);
        }
      }
      expect(system.upstream.requests()).toEqual([]);
      expect(system.upstream.counts()).toEqual(before);
    },
  );

  verifies("perkamo:confirm", "takes no confirm that is inherited, nested, or in another place", async () => {
    const system = await startSystem();
    const plain = JSON.stringify(given).slice(1, -1);
    for (const smuggled of [
      `{${plain},"__proto__":{"confirm":true}}`,
      `{${plain},"constructor":{"prototype":{"confirm":true}}}`,
      `{${plain},"Confirm":true}`,
      `{${plain},"confirm ":true}`,
    ]) {
      const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${tool}","arguments":${smuggled}}}`;
      const reply = await system.post(body, { "mcp-protocol-version": "2025-11-25" });
      expect(reply.json.error ?? reply.inner?.error, reply.text).toBeDefined();
    }
    const params = { name: tool, arguments: given, confirm: true, _meta: { confirm: true } };
    const reply = await system.request("tools/call", params);
    expect(reply.json.error ?? reply.inner?.error, reply.text).toBeDefined();
    expect(system.upstream.requests()).toEqual([]);
  });

  it("shows the request in a dry run, without a yes and without sending it", async () => {
    const system = await startSystem();
    const { inner, text } = await system.call(tool, { ...given, dry_run: true });
    expect(inner, text).toMatchObject({ dry_run: true, disposition: "confirm" });
    expect(system.upstream.requests()).toEqual([]);
    const asking = await callWithForm(system, tool, { ...given, dry_run: true });
    expect(asked(asking)).toBeUndefined();
    expect(asking.inner).toEqual(inner);
  });

  verifies(
    "perkamo:supervised",
    "asks the person where the client can show a form, also when the model has confirmed",
    async () => {
      const system = await startSystem();
      for (const confirm of [{}, { confirm: true }, { confirm: false }]) {
        const form = asked(await callWithForm(system, tool, { ...given, ...confirm }));
        expect(form?.message).toContain(tool);
        expect(form?.message).toContain("acme-test");
      }
      expect(system.upstream.requests()).toEqual([]);
      const done = await callAndAnswer(system, tool, given, yes);
      expect(hasRun(done), done.text).toBe(true);
      expect(system.upstream.requests()).toHaveLength(1);
    },
  );

  verifies("perkamo:supervised", "does not run what the person declined, closed or left unticked", async () => {
    const system = await startSystem();
    for (const [person, reason] of [
      [no, "declined"],
      [{ action: "cancel" }, "cancelled"],
      [{ action: "accept", content: {} }, "declined"],
      [{ action: "accept", content: { confirm: false } }, "declined"],
    ] as const) {
      const { inner, text } = await callAndAnswer(system, tool, { ...given, confirm: true }, person);
      expect(inner.error, text).toMatchObject({ code: "confirmation_refused", reason });
    }
    expect(system.upstream.requests()).toEqual([]);
  });

  verifies(
    "perkamo:supervised",
    "takes a yes once, from the caller who was asked, for the arguments that were shown",
    async () => {
      const system = await startSystem();
      const form = asked(await callWithForm(system, tool, given));
      const answer = { requestState: form?.requestState ?? "", inputResponses: { [form?.id ?? ""]: yes } };
      const bo = await system.tokenFor({ account: "bo" });
      const elsewhere = await system.tokenFor({ space: "acme-live" });
      const other = allWrites.find((name) => name !== tool) ?? "";
      const changed = { ...given, dry_run: false, transactionId: "another-transaction" };
      const attempts = [
        [await callWithForm(system, tool, given, { answer, key: bo }), "other_caller"],
        [await callWithForm(system, tool, given, { answer, key: elsewhere }), "other_caller"],
        [await callWithForm(system, other, calls[other]?.ok ?? {}, { answer }), "other_tool"],
        [
          await callWithForm(system, tool, given, { answer: { ...answer, requestState: `${answer.requestState}A` } }),
          "forged",
        ],
      ] as const;
      for (const [{ inner, text }, reason] of attempts) {
        expect(inner.error, text).toMatchObject({ code: "confirmation_refused", reason });
      }
      if ("transactionId" in given) {
        const { inner } = await callWithForm(system, tool, changed, { answer });
        expect(inner.error).toMatchObject({ code: "confirmation_refused", reason: "changed_arguments" });
      }
      expect(system.upstream.requests()).toEqual([]);
      const first = await callWithForm(system, tool, given, { answer });
      expect(hasRun(first), first.text).toBe(true);
      const again = await callWithForm(system, tool, given, { answer });
      expect(again.inner.error).toMatchObject({ code: "confirmation_refused", reason: "used" });
      expect(system.upstream.requests()).toHaveLength(1);
    },
  );
});

it("does not take a form's answer from a client that can show none", async () => {
  const system = await startSystem();
  const given = calls.emit_event?.ok ?? {};
  const form = asked(await callWithForm(system, "emit_event", given));
  const answer = { requestState: form?.requestState ?? "", inputResponses: { [form?.id ?? ""]: no } };
  for (const elicitation of [undefined, null, true, { url: {} }]) {
    const reply = await callWithForm(system, "emit_event", { ...given, confirm: true }, { answer, elicitation });
    expect(reply.json.error ?? reply.inner.error, reply.text).toBeDefined();
  }
  expect(system.upstream.requests()).toEqual([]);
});
