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

/** The line of one argument. */
const line = (name: string, value: unknown) =>
  form({ [name]: value })
    .message.split("\n")
    .find((each) => each.startsWith(`- ${name}: `))
    ?.slice(name.length + 4);

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

  it("counts what it cuts", () => {
    expect(line("a", "x".repeat(1_000_000))).toBe(`"${"x".repeat(400)}"… (1000000 characters in all)`);
    expect(line("a", "\u202e".repeat(400))?.length).toBeLessThan(900);
    const rows = Array.from({ length: 100 }, (_, row) => ({ row }));
    expect(line("a", rows)).toBe("100 items: [{row: 0}, {row: 1}, {row: 2}, {row: 3}, {row: 4}, … and 95 more]");
    const wide = Object.fromEntries(rows.map(({ row }) => [`m${row}`, row]));
    expect(line("a", wide)).toBe("{m0: 0, m1: 1, m2: 2, m3: 3, m4: 4, … and 95 more}");
    expect(line("a", [[[[["deep"]]]]])).toBe("[[[[[…]]]]]");
    expect(line("a", { a: { a: { a: { a: {} } } } })).toBe("{a: {a: {a: {a: {…}}}}}");
    const long = rows.map(() => "y".repeat(200));
    expect(line("a", long)).toMatch(
      /^100 items: \["y{80}"… \(200 characters in all\), .*… \(not all of it is shown\)$/,
    );
  });

  it("stays short and leaves no declared argument out, however many there are and however long", () => {
    const input = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`input_${n}`, "z".repeat(5_000)]));
    const { message } = form({ ...input, last: "z" });
    for (const name of Object.keys(input)) expect(message).toContain(`\n- ${name}: "zzz`);
    expect(message).toContain("\n- … and 1 more that are not shown\n");
    expect(message.length).toBeLessThan(10_000);
  });

  it("shows sensitive inputs too, and never the caller's credential", () => {
    const { message } = form({ pin: { deep: "hunter2" } });
    expect(message).toContain("hunter2");
    expect(message).not.toContain("eyJ");
  });
});
