import { describe, expect, it, onTestFinished } from "vitest";
import type { PromptDefinition } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import { fakeGateway, fakePorts, legacy, modern, post } from "./fixture.ts";
import { serveHttp } from "./http.ts";
import { renderPrompt } from "./prompt.ts";

const install: PromptDefinition = {
  name: "install",
  title: "Install",
  description: "Walk through an installation.",
  arguments: [
    { name: "platform", description: "What the site is built with.", required: true },
    { name: "goal", description: "What is wanted.", required: false, otherwise: "whatever the user asks for" },
    { name: "note", description: "A note.", required: false },
  ],
  text: "Install on {platform} for {goal}.{note} {platform}, {unknown} and {} stay.",
};

function refusal(given: Record<string, string>, prompt = install): GatewayError {
  try {
    renderPrompt(prompt, given);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("a prompt's text", () => {
  it("is refused without a required argument, with all that is wrong at once", () => {
    const error = refusal({ goal: "g".repeat(1001), colour: "red" });
    expect(error.code).toBe("invalid_argument");
    expect(error.meta.issues).toEqual([
      { path: "platform", message: "is required" },
      { path: "goal", message: "must have at most 1000 characters" },
      { path: "colour", message: "is not an argument here; this prompt takes platform, goal, note" },
    ]);
  });

  it.each(["", "  "])("takes the argument %j as not given", (platform) => {
    expect(refusal({ platform }).message).toBe("the prompt install cannot be made: platform is required");
  });

  it("finds no argument in what an object inherits", () => {
    const prompt = { ...install, arguments: [{ name: "constructor", description: "", required: true }] };
    expect(refusal({}, prompt).message).toContain("constructor is required");
    const text = renderPrompt({ ...install, arguments: [], text: "{constructor} {__proto__}" }, {});
    expect(text).toBe("{constructor} {__proto__}");
  });

  it("cuts unknown names short", () => {
    const given = Object.fromEntries(Array.from({ length: 99 }, (_, index) => [`${index}${"k".repeat(10_000)}`, ""]));
    expect(refusal({ platform: "x", ...given }).message.length).toBeLessThan(1000);
  });

  it("holds what was given, and what the prompt says otherwise", () => {
    expect(renderPrompt(install, { platform: "Shopify" })).toBe(
      "Install on Shopify for whatever the user asks for. Shopify, {unknown} and {} stay.",
    );
  });

  it("never scans what was given a second time, nor reads it as a pattern", () => {
    expect(renderPrompt(install, { platform: "{goal}", goal: "$& {platform} $1", note: "{note}" })).toBe(
      "Install on {goal} for $& {platform} $1.{note} {goal}, {unknown} and {} stay.",
    );
  });
});

describe.each([
  ["modern", modern],
  ["legacy", legacy],
] as const)("prompts in the %s era", (era, message) => {
  async function start(prompts?: readonly PromptDefinition[]): Promise<string> {
    const server = await serveHttp(fakeGateway(undefined, prompts === undefined ? {} : { prompts }), {
      port: 0,
      drainTimeoutMs: 50,
      ...fakePorts(),
    });
    onTestFinished(() => server.close());
    return server.url;
  }

  it("are unknown to a server that has none", async () => {
    for (const prompts of [undefined, []]) {
      const url = await start(prompts);
      expect((await post(url, ...message("prompts/list"))).json.error.code).toBe(-32601);
      expect((await post(url, ...message("prompts/get", { name: "install" }))).json.error.code).toBe(-32601);
    }
  });

  it.each<[string, object, string]>([
    ["an unknown prompt", { name: "instal" }, "There is no such prompt. Call prompts/list to see what there is."],
    ["an inherited name", { name: "constructor" }, "There is no such prompt. Call prompts/list to see what there is."],
    ["a missing argument", { name: "install" }, "the prompt install cannot be made: platform is required"],
  ])("are refused as invalid parameters: %s", async (_what, params, words) => {
    const url = await start([install]);
    const { error } = (await post(url, ...message("prompts/get", params as { name: string }))).json;
    expect(error).toMatchObject({ code: -32602, message: words, data: { code: "invalid_argument" } });
  });

  it.each<[unknown, string]>([
    [{ platform: { a: 1 } }, "the prompt install cannot be made: platform must be a string"],
    [[1], "the arguments of a prompt are an object of texts"],
  ])("are refused when the arguments are %j", async (given, words) => {
    const params = { name: "install", arguments: given };
    const { error } = (await post(await start([install]), ...message("prompts/get", params))).json;
    expect(error).toMatchObject({ code: -32602, message: words });
  });

  it("are listed as they are, on one page", async () => {
    const url = await start([install]);
    const { result } = (await post(url, ...message("prompts/list"))).json;
    expect(result.prompts).toEqual([
      {
        name: "install",
        title: "Install",
        description: "Walk through an installation.",
        arguments: [
          { name: "platform", description: "What the site is built with.", required: true },
          { name: "goal", description: "What is wanted.", required: false },
          { name: "note", description: "A note.", required: false },
        ],
      },
    ]);
    if (era === "modern") expect(result).toMatchObject({ ttlMs: 60_000, cacheScope: "private" });
    const second = await post(url, ...message("prompts/list", { cursor: "page2" }));
    expect(second.json.error.code).toBe(-32602);
  });

  it("are made for the user to send", async () => {
    const params = { name: "install", arguments: { platform: "Shopify" } };
    const { result } = (await post(await start([install]), ...message("prompts/get", params))).json;
    expect(result).toMatchObject({
      description: "Walk through an installation.",
      messages: [{ role: "user", content: { type: "text", text: expect.stringMatching(/^Install on Shopify/) } }],
    });
  });
});

it("refuses a prompts/get whose Mcp-Name is another", async () => {
  const server = await serveHttp(fakeGateway(undefined, { prompts: [install] }), { port: 0, ...fakePorts() });
  onTestFinished(() => server.close());
  const [body, headers] = modern("prompts/get", { name: "install", arguments: { platform: "x" } });
  for (const name of [undefined, "other"]) {
    const { "mcp-name": _own, ...others } = headers;
    const reply = await post(server.url, body, name === undefined ? others : { ...others, "mcp-name": name });
    expect([reply.status, reply.json.error.code]).toEqual([400, -32020]);
  }
});
