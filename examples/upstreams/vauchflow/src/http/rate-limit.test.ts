import { expect, test } from "vitest";
import { startHarness } from "../testing/harness.ts";

test("answers 429 with the seconds to wait, and goes on after them", async () => {
  await using api = await startHarness({ rateLimit: { burst: 2, perSecond: 0.1 } });
  const send = api.as("acme");
  const statuses = [await send("GET", "/v1/campaigns"), await send("GET", "/v1/campaigns")].map(({ status }) => status);
  expect(statuses).toEqual([200, 200]);
  const refused = await send("GET", "/v1/campaigns");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "10"]);
  api.clock.nowMs += 9_999;
  expect((await send("GET", "/v1/campaigns")).status).toBe(429);
  api.clock.nowMs += 1;
  expect((await send("GET", "/v1/campaigns")).status).toBe(200);
});

test("one tenant's haste does not slow another", async () => {
  await using api = await startHarness({ rateLimit: { burst: 1, perSecond: 1 } });
  await api.as("acme")("GET", "/v1/campaigns");
  expect((await api.as("globex")("GET", "/v1/campaigns")).status).toBe(200);
});
