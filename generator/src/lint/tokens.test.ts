import { expect, test } from "vitest";
import { loadExample } from "../../../test/golden/lint.ts";
import { server, tool } from "../explain/explanation.ts";
import { tokenTable } from "./token-table.ts";
import { listedTools, tokenCosts } from "./tokens.ts";

const example = {
  ...server(
    "approvals: {}",
    "upstream: { url: http://127.0.0.1:4010, credentials: { service: { header: X-Key, secret: '${SHOP_KEY}' } } }",
  ),
  ...tool("get_voucher", "description: Return one.", "request: GET /v1/v", "output: { type: object }"),
};

test("counts four characters of each entry's JSON, the dearest tool first", async () => {
  const { server: ir } = await loadExample(example);
  if (ir === undefined) throw new Error("the example has errors");
  const { tools, listTokens } = tokenCosts(ir, { toolTokens: 100 });
  expect(tools.map(({ name }) => name)).toEqual(["get_approval", "get_voucher"]);
  const entry = listedTools(ir).find(({ name }) => name === "get_voucher");
  const quarter = (value: unknown) => Math.ceil(JSON.stringify(value).length / 4);
  expect(tools[1]).toMatchObject({ tokens: quarter(entry), description: quarter(entry?.description) });
  expect(listTokens).toBe((tools[0]?.tokens ?? 0) + (tools[1]?.tokens ?? 0));
});

test("shows bars on a terminal, and what is above a budget", async () => {
  const { server: ir } = await loadExample(example);
  if (ir === undefined) throw new Error("the example has errors");
  const costs = tokenCosts(ir, { listTokens: 10 });
  const plain = tokenTable(costs, { colour: false, bars: false }).join("\n");
  expect(plain).toMatch(/^shop: 2 tools\n {2}tool +tokens +text +inputs +output\n {2}get_approval +\d+/);
  expect(plain).toContain(`budget 10: ${costs.listTokens - 10} too many`);
  expect(plain).not.toContain("█");
  expect(tokenTable(costs, { colour: false, bars: true }).join("\n")).toContain(`█${"█".repeat(23)}\n`);
});

test("shows what each toolset costs, and the list of a client that asks for none", async () => {
  const toolsets = "toolsets: { vouchers: { description: Vouchers., tools: [get_voucher], default: true } }";
  const { server: ir } = await loadExample({ ...example, ...server(toolsets) });
  if (ir === undefined) throw new Error("the example has errors");
  const costs = tokenCosts(ir, { toolsetTokens: { vouchers: 5 } });
  const tokens = costs.tools[0]?.tokens ?? 0;
  expect(costs).toMatchObject({
    toolsets: [{ name: "vouchers", tools: 1, tokens, isDefault: true }],
    defaultList: { tools: 1, tokens },
  });
  const plain = tokenTable(costs, { colour: false, bars: false }).join("\n");
  expect(plain).toMatch(
    new RegExp(`  toolset vouchers +${tokens} tokens, 1 tool, default, budget 5: ${tokens - 5} too many\n`),
  );
  expect(plain).toContain(`  default list  ${tokens} tokens, 1 tool\n`);
});
