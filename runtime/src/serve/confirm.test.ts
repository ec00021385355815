/** What comes back with a call that is tried again, in hand-made messages. */
import { describe, expect, it } from "vitest";
import { accepted, ask, build, errorIn, send } from "./confirm-fixture.ts";

/** The reason of a refusal, or "runs". */
async function outcomeOf(...args: Parameters<typeof send>): Promise<string> {
  const { result, error } = await send(...args);
  if (error !== undefined) return `error ${error.code}`;
  if (result.resultType === "input_required") return "asked";
  if (result.isError !== true) return "runs";
  return errorIn(result).reason ?? errorIn(result).code;
}

describe("the state and the answer", () => {
  const answer = (requestState: unknown, changes: Record<string, unknown> = {}) => ({
    requestState,
    inputResponses: { confirm: accepted },
    ...changes,
  });

  it("stand in the result as MCP has them", async () => {
    const { urls } = await build();
    const { result } = await send(urls[0], {});
    expect(result).toMatchObject({
      resultType: "input_required",
      inputRequests: {
        confirm: {
          method: "elicitation/create",
          params: {
            mode: "form",
            message: expect.stringContaining("Give points"),
            requestedSchema: { type: "object", required: ["confirm"] },
          },
        },
      },
    });
    expect(Object.keys(result.inputRequests)).toEqual(["confirm"]);
  });

  it("work on another replica than the one that asked, and once in all", async () => {
    const { urls, sent } = await build();
    const { requestState } = await ask(urls[0]);
    const tries = await Promise.all([0, 1, 0, 1, 0, 1].map((n) => outcomeOf(urls[n], answer(requestState))));
    expect(tries.toSorted()).toEqual(["runs", "used", "used", "used", "used", "used"]);
    expect(sent).toHaveLength(1);
  });

  it("are refused to another caller, for another tool, for other arguments, and too late", async () => {
    const { urls, sent, ports } = await build();
    const { requestState } = await ask(urls[0]);
    const good = answer(requestState);
    expect(await outcomeOf(urls[0], good, { by: "bo" })).toBe("other_caller");
    expect(await outcomeOf(urls[0], { ...good, name: "take_points" })).toBe("other_tool");
    expect(await outcomeOf(urls[0], { ...good, arguments: { to: "bo", points: 11 } })).toBe("changed_arguments");
    expect(await outcomeOf(urls[0], { ...good, arguments: { to: "bo", confirm: true, points: 9.5 } })).toBe(
      "invalid_argument",
    );
    ports.clock.nowMs += 5 * 60_000;
    expect(await outcomeOf(urls[0], good)).toBe("expired");
    expect(sent).toEqual([]);
  });

  it("hold for the same arguments spelt otherwise: defaults, order, confirm", async () => {
    const { urls, sent } = await build();
    for (const given of [
      { points: 10, to: "bo" },
      { confirm: true, to: "bo" },
      { to: "bo", confirm: false },
    ]) {
      const { requestState } = await ask(urls[0]);
      expect(await outcomeOf(urls[0], answer(requestState, { arguments: given }))).toBe("runs");
    }
    expect(sent).toHaveLength(3);
  });

  it("do not come from anybody else, whatever is made up", async () => {
    const { urls, sent } = await build();
    const { requestState } = await ask(urls[0]);
    for (const state of [
      "",
      "x",
      `${requestState}A`,
      requestState.slice(0, -1),
      requestState.toLowerCase(),
      "é".repeat(202),
    ])
      expect(await outcomeOf(urls[0], answer(state))).toBe("forged");
    for (const state of [null, 1, true, {}, [requestState]])
      expect(await outcomeOf(urls[0], answer(state))).toBe("error -32602");
    expect(sent).toEqual([]);
    expect(await outcomeOf(urls[0], answer(requestState))).toBe("runs");
  });

  it("of any other shape let nothing run", async () => {
    const { urls, sent } = await build();
    const { requestState } = await ask(urls[0]);
    for (const inputResponses of [
      undefined,
      {},
      { other: accepted },
      { confirm: { method: "elicitation/create", result: accepted } },
      { confirm: true },
      { confirm: [accepted] },
      { confirm: { action: "accept", content: { confirm: "true" } } },
      { confirm: { action: "approve", content: { confirm: true } } },
      { confirm: { roots: [] } },
      [accepted],
      "accept",
      null,
    ])
      expect(await outcomeOf(urls[0], { requestState, inputResponses }), JSON.stringify(inputResponses)).toBe(
        "unreadable",
      );
    expect(sent).toEqual([]);
  });

  it("are asked for anew when the answer comes without the state", async () => {
    const { urls, sent } = await build();
    expect(await outcomeOf(urls[0], { inputResponses: { confirm: accepted } })).toBe("asked");
    expect(sent).toEqual([]);
  });

  it("count also where the client no longer says that it shows forms, and confirm: true does not overrule a no", async () => {
    const { urls, sent } = await build();
    const { requestState } = await ask(urls[0]);
    const declined = {
      requestState,
      inputResponses: { confirm: { action: "decline" } },
      arguments: { to: "bo", confirm: true },
    };
    expect(await outcomeOf(urls[0], declined, { elicitation: undefined })).toBe("declined");
    expect(await outcomeOf(urls[0], answer(requestState), { elicitation: undefined })).toBe("used");
    expect(sent).toEqual([]);
  });

  it("are refused while the store is away, and nothing runs", async () => {
    const { urls, sent, ports, entries } = await build();
    const { requestState } = await ask(urls[0]);
    await ports.store.close();
    expect(await outcomeOf(urls[0], answer(requestState))).toBe("confirmation_unavailable");
    expect(await outcomeOf(urls[1], {})).toBe("confirmation_unavailable");
    expect(sent).toEqual([]);
    expect(entries.at(-1)).toMatchObject({ outcome: "confirmation_unavailable" });
  });
});
