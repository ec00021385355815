/** The peer: node:http in, undici out, no JSON parsed, nothing checked. Whoever forwards a call cannot do less. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Pool } from "undici";
import { reportTo } from "./report.ts";

const pool = new Pool(process.env.UPSTREAM ?? "", { connections: 64, pipelining: 1 });

const server = createServer((request, response) => {
  request.resume().on("end", async () => {
    const reply = await pool.request({ method: "GET", path: "/v1/campaigns?limit=20" });
    const text = await reply.body.text();
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
    response.end(text);
  });
});
server.listen(0, "127.0.0.1", () => {
  reportTo(process, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp` });
});
