import { expect, test } from "vitest";
import { authProblems, key, oauth, problemsOf } from "../../../test/golden/folder.ts";

const wait = "description: Pay.\nscope: WRITE\nrequest: POST /v\ndisposition: approval\n";

test("refuses a tool whose calls would wait where they cannot", async () => {
  expect(await problemsOf({ tools: { pay: wait } })).toEqual([
    "tools/pay.yaml:4:1 approvals-needed: calls would wait for an operator, and s/server.yaml says nothing of approvals | add approvals: {} to s/server.yaml, or write confirm instead",
  ]);
  expect(await problemsOf({ server: "approvals: {}\n", tools: { pay: wait } })).toEqual([]);
});

test.each(["1m", "24h", "30d", "90m"])("takes %s to wait", async (time) => {
  expect(await problemsOf({ server: `approvals: { expiresIn: ${time} }\n`, tools: { pay: wait } })).toEqual([]);
});

test.each(["59s", "31d", "1w", "0h", "24"])("refuses %s to wait", async (time) => {
  expect(await problemsOf({ server: `approvals: { expiresIn: ${time} }\n`, tools: { pay: wait } })).toEqual([
    expect.stringMatching(/server\.yaml:10:25 .*expiresIn.* a duration like 30m, 24h or 7d, from 1m to 30d/),
  ]);
});

test.each(["/{id}", "/calls", "/a/{id}/{id}", "/a/x{id}", "a/{id}"])("refuses the poll path %s", async (path) => {
  expect(await problemsOf({ server: `approvals: { pollPath: '${path}' }\n`, tools: { pay: wait } })).toEqual([
    expect.stringMatching(/server\.yaml:10:\d+ .*pollPath/),
  ]);
});

test("refuses a poll path where something else is served", async () => {
  const at = (path: string, mcp: string) =>
    authProblems([key], `mcp: { path: ${mcp} }\napprovals: { pollPath: '${path}' }\n`);
  expect(await at("/v1/{id}", "/v1/mcp")).toEqual([
    "server.yaml:11:24 approvals-path: /v1/{id} could be /v1/mcp, where something else is served | write another pollPath",
  ]);
  expect(await at("/console/{id}", "/mcp")).toEqual([expect.stringContaining("could be /console, where")]);
  expect(await at("/v1/{id}/state", "/v1/mcp")).toEqual([]);
});

test("refuses credentials of the caller, which are not kept", async () => {
  expect(await authProblems([key], "approvals: {}\n", "forward")).toEqual([
    "server.yaml:10:1 approvals-credentials: a call that waits cannot be sent with credentials: forward, because the caller's credential is not kept | write credentials: { service: { header, secret, identity } }, or remove approvals",
  ]);
  const exchange = "{ exchange: { tokenUrl: 'https://l.example/t', clientId: a, clientSecret: '${S}', audience: b } }";
  const rest = "mcp: { url: https://api.shop.example/mcp }\napprovals: {}\n";
  expect(await authProblems([oauth()], rest, exchange)).toEqual([expect.stringContaining("credentials: exchange")]);
});

test("keeps the name of the generated tool, where it is generated, and lists it by itself", async () => {
  const get = "description: Read.\nscope: READ\nrequest: GET /v\n";
  const tools = { get_approval: get };
  expect(await problemsOf({ tools })).toEqual([]);
  expect(await problemsOf({ server: "approvals: {}\n", tools })).toEqual([
    "tools/get_approval.yaml:1:1 reserved-tool: get_approval is generated, because server.yaml has approvals | rename the file",
  ]);
  expect(await problemsOf({ server: "approvals: {}\ntools: [get_approval, pay]\n", tools: { pay: wait } })).toEqual([
    "server.yaml:11:9 tool-order: get_approval is listed by itself | remove it",
  ]);
  const prompt = "title: P\ndescription: D.\nsteps:\n  - { call: get_approval, to: look }\n";
  expect(
    await problemsOf({ server: "approvals: {}\n", tools: { pay: wait }, files: { "prompts/wait.yaml": prompt } }),
  ).toEqual([]);
});
