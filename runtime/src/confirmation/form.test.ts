import { describe, expect, it } from "vitest";
import { type Caller, type ParsedCall, Secret } from "../call.ts";
import { type AuthScheme, defineTool } from "../codegen.ts";
import { writeForm } from "./form.ts";

const tool = defineTool({
  name: "adjust_customer",
  title: "Adjust a customer",
  description: "Change what a customer has in its wallets.",
  access: "write",
  disposition: "confirm",
  dryRun: "plan",
  sensitive: ["pin"],
  input: { safeParse: (value: unknown) => ({ success: true, data: value }) },
  handler: () => ({ method: "post", path: "/customers/{userId}/adjustments" }),
});

const request = { method: "post", path: "/customers/{userId}/adjustments" } as const;

const oauth = { kind: "oauth", tenant: { claim: "space", title: "Space" } } as AuthScheme;

function form(input: Record<string, unknown>, tenant = "acme-test", auth: readonly AuthScheme[] = [oauth]) {
  const caller = { tenant, kind: "oauth", id: "ada", credential: new Secret("eyJ.secret.token") } as unknown as Caller;
  const call = { toolName: tool.name, tool, input, caller } as unknown as ParsedCall;
  return writeForm(call, request, { title: "Perkamo", auth });
}

/** What is shown of one argument, without the warning. */
const line = (name: string, value: unknown) =>
  form({ [name]: value })
    .message.split(`- ${name}: `)[1]
    ?.split("\n\n", 1)[0];

const warning = "NOT ALL IS SHOWN HERE";

describe("the form", () => {
  it("names tool, tenant, every argument, what the tool does and the request", () => {
    const input = { userId: "u-1", wallets: [{ wallet: "points", amount: 100 }], reason: "refund", pin: "1234" };
    expect(form(input).message).toBe(
      [
        "Perkamo asks before it runs this. Nothing has been sent yet. An answer counts for 5 minutes.",
        "",
        "Tool: Adjust a customer (adjust_customer)",
        "Space: acme-test",
        "Arguments:",
        '- userId: "u-1"',
        '- wallets: [{wallet: "points", amount: 100}]',
        '- reason: "refund"',
        '- pin: "1234"',
        "",
        "What it does: Change what a customer has in its wallets.",
        "Request: POST /customers/{userId}/adjustments",
      ].join("\n"),
    );
  });

  it("calls a tenant an account where the server has no other word", () => {
    expect(form({}, "acme", []).message).toContain("\nAccount: acme\nArguments: none\n");
  });

  it("asks for one thing: a box that is not ticked yet", () => {
    expect(form({}).requestedSchema).toEqual({
      type: "object",
      properties: {
        confirm: { type: "boolean", title: "Yes, run it", description: expect.any(String), default: false },
      },
      required: ["confirm"],
    });
  });

  it("shows values so that they cannot look like something else", () => {
    expect(line("a", "x\nTool: harmless")).toBe('"x\\nTool: harmless"');
    expect(line("a", 'x" - b: "y')).toBe('"x\\" - b: \\"y"');
    expect(line("a", "abc\u202edcba\u200b\u2028\u0085\ue000\u{e0041}\ufe0f")).toBe(
      '"abc\\u{202e}dcba\\u{200b}\\u{2028}\\u{85}\\u{e000}\\u{e0041}\\u{fe0f}"',
    );
    expect(line("a", true)).toBe("true");
    expect(line("a", null)).toBe("null");
    expect(line("a", "true")).toBe('"true"');
    expect(line("a", 0)).toBe("0");
    expect(form({ "x: 1\n- y": 2 }).message).toContain('\n- "x: 1\\n- y": 2\n');
    expect(form({}, "acme\u202e\nTool: x").message).toContain("\nSpace: acme\\u{202e}\\u{a}Tool: x\n");
    expect(line("a", { "b\u202e": 1 })).toBe('{"b\\u{202e}": 1}');
  });

  it("shows all hundred items of a list, each on a line of its own", () => {
    const events = Array.from({ length: 100 }, (_, n) => ({
      userId: `user_${n}`,
      event: "order.completed",
      transactionId: `order-${10_000 + n}-paid`,
      context: { orderTotal: n, note: "raw\nfact" },
    }));
    const { message } = form({ events });
    expect(message).toContain("\n- events: 100 items:\n  1. {userId: ");
    for (const [n, { userId, transactionId }] of events.entries()) {
      expect(message).toContain(
        `\n  ${n + 1}. {userId: "${userId}", event: "order.completed", transactionId: "${transactionId}", ` +
          `context: {orderTotal: ${n}, note: "raw\\nfact"}}\n`,
      );
    }
    expect(message).not.toContain(warning);
  });

  it("gives each part of what is long a line of its own, set in", () => {
    const items = [1, 2].map((n) => ({ id: `rule-${n}`, note: "n".repeat(190), tags: ["a", "b"] }));
    expect(line("payload", { items, mode: "all" })?.split("\n")).toEqual([
      "",
      "  items: 2 items:",
      ...[1, 2].flatMap((n) => [
        `    ${n}. `,
        `      id: "rule-${n}"`,
        `      note: "${"n".repeat(190)}"`,
        '      tags: 2 items: ["a", "b"]',
      ]),
      '  mode: "all"',
    ]);
  });

  it("hides no item or member behind the others", () => {
    const wallets = [
      ...Array.from({ length: 7 }, () => ({ wallet: "points", amount: 1 })),
      { wallet: "p", amount: 1e6 },
    ];
    expect(line("wallets", wallets)).toContain('\n  8. {wallet: "p", amount: 1000000}');
    expect(line("a", [1, 2, 3, 4, 5, 6, 7])).toBe("7 items: [1, 2, 3, 4, 5, 6, 7]");
    expect(line("a", [[[[["deep"]]]]])).toBe('[[[[["deep"]]]]]');
    expect(line("a", { note: "x".repeat(20_000), amount: 7 })).toMatch(
      /^\{note: "x{79}… \(20000 characters in all\), amount: 7\} … \(not all of it is shown\)$/,
    );
  });

  it("counts what it cuts, and warns that a yes counts for that too", () => {
    expect(line("a", "x".repeat(1_000_000))).toBe(`"${"x".repeat(15_999)}… (1000000 characters in all)`);
    expect(line("a", "\u202e".repeat(16_000))?.length).toBeLessThan(16_100);
    expect(form({ a: "x".repeat(20_000) }).message).toContain(`\n\n${warning}. A yes counts for the rest too`);
    expect(form({ a: "x".repeat(15_000), b: 1 }).message).not.toContain(warning);
  });

  it("looks at no more of an argument than it can show", () => {
    let looks = 0;
    const item = {
      get id() {
        looks += 1;
        return "rule";
      },
    };
    const { message } = form({
      items: Array.from({ length: 100_000 }, () => item),
      nested: [[[Array(9_000).fill(item)]]],
    });
    expect(message).toContain("\n- items: 100000 items:\n  1. {id: ");
    expect(message).toContain(warning);
    expect(looks).toBeLessThan(20_000);
  });

  it("leaves a short argument whole beside long ones, and gives those the rest", () => {
    const { message } = form({ a: "y".repeat(100_000), b: "short", c: Array.from({ length: 5_000 }, (_, n) => n) });
    expect(message).toContain('\n- b: "short"\n');
    expect(message).toContain(`"${"y".repeat(7_900)}`);
    expect(message.length).toBeLessThan(17_000);
  });

  it("leaves no declared argument out, however many there are and however long", () => {
    const input = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`input_${n}`, "z".repeat(5_000)]));
    const { message } = form({ ...input, last: "z" });
    for (const name of Object.keys(input)) expect(message).toContain(`\n- ${name}: "zzz`);
    expect(message).toContain("\n- … and 1 more that are not shown\n");
    expect(form({ ...Object.fromEntries(Object.keys(input).map((name) => [name, 1])), last: 1 }).message).toContain(
      warning,
    );
    expect(message.length).toBeLessThan(21_000);
  });

  it("shows sensitive inputs too, and never the caller's credential", () => {
    const { message } = form({ pin: { deep: "hunter2" } });
    expect(message).toContain("hunter2");
    expect(message).not.toContain("eyJ");
  });
});
