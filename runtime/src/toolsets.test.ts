import { describe, expect, it } from "vitest";
import { defineTool, type Toolset } from "./codegen.ts";
import { GatewayError } from "./errors.ts";
import { createRecent } from "./recent.ts";
import { createToolsetChoice } from "./toolsets.ts";

const tool = (name: string) =>
  defineTool({
    name,
    title: name,
    description: name,
    access: "read",
    disposition: "auto",
    dryRun: "none",
    input: { safeParse: (data) => ({ success: true, data }) },
    handler: () => ({ method: "get", path: "/" }),
  });
const [read, pay, refund] = ["read", "pay", "refund"].map(tool) as [
  Toolset["tools"][0],
  Toolset["tools"][0],
  Toolset["tools"][0],
];
const toolsets: Readonly<Record<string, Toolset>> = {
  reading: { description: "Look.", default: true, tools: [read] },
  billing: { description: "Money.", tools: [read, pay] },
  refunds: { description: "Money back.", tools: [refund] },
};

function namesOf(asked: string | undefined, otherwise?: readonly string[]): readonly string[] | "every tool" {
  const chosen = createToolsetChoice({ toolsets }, otherwise)(asked);
  return chosen === undefined ? "every tool" : [...chosen.tools];
}

function refusalOf(act: () => unknown): GatewayError {
  try {
    act();
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("a client", () => {
  it("that asks for nothing gets the default sets, or those of the settings", () => {
    expect(namesOf(undefined)).toEqual(["read"]);
    expect(namesOf(" , ")).toEqual(["read"]);
    expect(namesOf(undefined, ["refunds"])).toEqual(["refund"]);
    expect(namesOf(undefined, ["all"])).toBe("every tool");
  });

  it("gets every tool where no set is the default", () => {
    const { reading: _, ...others } = toolsets;
    for (const asked of [undefined, "default", "billing,default"])
      expect(createToolsetChoice({ toolsets: others })(asked)).toBeUndefined();
    expect(createToolsetChoice({})(undefined)).toBeUndefined();
  });

  it("gets the tools of all sets that it names, every one of them by all, and the default sets beside others", () => {
    expect(namesOf(" refunds , billing,refunds")).toEqual(["read", "pay", "refund"]);
    expect(namesOf("billing,all")).toBe("every tool");
    expect(namesOf("default,refunds")).toEqual(["read", "refund"]);
  });

  it("gets the same choice in whichever order it names the sets", () => {
    const choose = createToolsetChoice({ toolsets });
    expect(choose("refunds,billing")).toBe(choose("billing, refunds"));
  });

  it("is refused what is no set, and told what there is", () => {
    const { code, message, meta } = refusalOf(() => namesOf("billing,toString,b"));
    expect(code).toBe("unknown_toolset");
    expect(message).toBe(
      'There are no toolsets "toString", "b". This server has reading, billing, refunds; all gives every tool.',
    );
    expect(meta).toEqual({ known: ["reading", "billing", "refunds"] });
    expect(refusalOf(() => createToolsetChoice({})("x")).message).toContain("This server has none");
    expect(refusalOf(() => namesOf(undefined, ["x"])).message).toContain('no toolset "x"');
    expect(refusalOf(() => namesOf(`${"x".repeat(500)},1,2,3,4,5,6`)).message).not.toContain("x".repeat(41));
  });
});

it("keeps what was asked for lately", () => {
  const recent = createRecent<number>(2);
  recent.set("a", 1);
  recent.set("b", 2);
  expect(recent.get("a")).toBe(1);
  recent.set("c", 3);
  expect([recent.get("a"), recent.get("b"), recent.get("c")]).toEqual([1, undefined, 3]);
});
