/** An upstream that costs next to nothing: one campaign list of about 1 KB, prepared once. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { reportTo } from "./report.ts";

const campaign = (index: number) => ({
  id: `550e8400-e29b-41d4-a716-44665544000${index}`,
  name: `Summer sale ${index}`,
  status: "ACTIVE",
  discountType: "PERCENTAGE",
  discountValue: 20,
  startsAt: "2026-06-01T00:00:00Z",
  endsAt: null,
  createdAt: "2026-05-01T00:00:00Z",
});
const reply = Buffer.from(JSON.stringify({ campaigns: [0, 1, 2, 3, 4].map(campaign), total: 5, returned: 5 }));

const server = createServer((request, response) => {
  const right = request.url?.startsWith("/v1/campaigns") ?? false;
  request.resume();
  response.writeHead(right ? 200 : 404, {
    "content-type": "application/json",
    "content-length": right ? reply.length : 2,
  });
  response.end(right ? reply : "{}");
});
server.listen(0, "127.0.0.1", () => {
  reportTo(process, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
