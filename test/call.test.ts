/** `toolspec call` over what it stands on: a server that is put together for one call, and one that runs. */
import { join } from "node:path";
import { server as rekomi } from "@toolspec/generated/rekomi";
import { expect, test } from "vitest";
import { connectRemote, UnreachableServer } from "../runtime/src/adapter/call-remote.ts";
import { callInProcess } from "../runtime/src/call-in-process.ts";
import { toolspec } from "./shell.ts";
import { allTools, generated, startSystem } from "./vauchflow/system.ts";

const signal = new AbortController().signal;
const voucher = { discount_type: "PERCENTAGE", discount_value: 20, count: 150, prefix: "SUMMER" };
const variables = {
  VAUCHFLOW_API_KEY: "vf_sk_upstream-service-key",
  VAUCHFLOW_IDENTITY_SECRET: "an identity secret of 32 bytes or more",
};
const version = "1.0.0";

test("a call in this process reaches the upstream, and what needs an operator waits unless they are the one who asks", async () => {
  const { upstream } = await startSystem();
  const open = (approve: boolean) =>
    callInProcess({ server: generated, variables, upstream: upstream.url, tenant: "acme", approve });
  const source = await open(false);
  expect(source.tools.map(({ name }) => name)).toEqual(allTools);
  const read = await source.call("list_campaigns", { limit: 1 }, signal);
  expect(read).toMatchObject({ result: { structuredContent: { returned: 1 } } });
  const wrong = await source.call("list_campaigns", { lmit: 1 }, signal);
  expect(wrong).toMatchObject({ result: { isError: true } });
  const parked = await source.call("create_voucher", voucher, signal);
  expect(parked).toMatchObject({ result: { structuredContent: { status: "pending_approval" } } });
  await source.close();
  const operator = await open(true);
  const done = await operator.call("create_voucher", voucher, signal);
  expect(done).toMatchObject({ result: { structuredContent: { count: 150 } } });
  await operator.close();
});

test("a call of a server that sends credentials on wants one, by a name that it knows", async () => {
  const call = (key?: string) =>
    callInProcess({
      server: rekomi,
      variables: { ...(key !== undefined && { TOOLSPEC_KEY: key }), REKOMI_RELAY_SECRET: "x".repeat(32) },
      upstream: "http://127.0.0.1:9",
      tenant: "local",
      approve: false,
    });
  await expect(call()).rejects.toThrow("TOOLSPEC_KEY is not set: rekomi sends its callers' credentials on");
  await expect(call("nothing_known")).rejects.toThrow("TOOLSPEC_KEY begins like no credential that rekomi knows.");
});

test("a call of a running server ends as the server says, and says what keeps it from being asked", async () => {
  const { url, agent, keyFor } = await startSystem();
  const remote = await connectRemote({ url, headers: { "x-api-key": agent }, version });
  expect(remote.tools.map(({ name }) => name)).toEqual(allTools);
  expect(await remote.call("list_campaigns", { limit: 1 })).toMatchObject({
    result: { structuredContent: { returned: 1 } },
  });
  await remote.close();
  const limited = await connectRemote({ url, headers: { "x-api-key": await keyFor("agent", []) }, version });
  expect(await limited.call("list_campaigns", {})).toMatchObject({
    error: { code: -32004, data: { code: "scope_required" } },
  });
  await limited.close();
  const refused = (options: { url: string; headers?: Record<string, string> }) =>
    connectRemote({ headers: {}, version, ...options });
  await expect(refused({ url })).rejects.toMatchObject({
    kind: "refused",
    message: expect.stringContaining("answered 401"),
  });
  await expect(refused({ url: new URL("/elsewhere", url).href })).rejects.toMatchObject({ kind: "failed" });
  await expect(refused({ url: "http://127.0.0.1:9/mcp" })).rejects.toThrow(UnreachableServer);
  await expect(refused({ url: "ftp://a" })).rejects.toMatchObject({ kind: "usage" });
  await expect(refused({ url: "http://u:p@127.0.0.1/mcp" })).rejects.toMatchObject({ kind: "usage" });
  const plain = refused({ url: "http://mcp.example/mcp", headers: { "x-api-key": agent } });
  await expect(plain).rejects.toMatchObject({ kind: "usage", message: expect.stringContaining("must have https") });
});

test("the command finds the generated code of a specs folder, and ends with 3 where a variable is missing", async () => {
  const ended = await toolspec(["call", "list_campaigns", "specs/vauchflow"], { cwd: join(import.meta.dirname, "..") });
  expect([ended.code, ended.stdout]).toEqual([3, ""]);
  expect(ended.stderr).toContain("VAUCHFLOW_API_KEY is not set");
});
