/** The whole server as it is served: Vauchflow's 15 tools, everything on, keys and audit trail in a file. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { server } from "@toolspec/generated/vauchflow";
import { composeGateway, defaultSettings, mintKey, systemClock, systemRandom } from "@toolspec/runtime";
import { serveHttp } from "@toolspec/runtime/http";
import { reportTo } from "./report.ts";

const house = await composeGateway({
  server,
  settings: {
    ...defaultSettings,
    data: join(mkdtempSync(join(tmpdir(), "toolspec-bench-")), "bench.sqlite"),
    logLevel: "error",
    callsPerMinute: 1_000_000,
  },
  variables: {
    VAUCHFLOW_API_URL: process.env.UPSTREAM,
    VAUCHFLOW_API_KEY: "bench-service-key",
    VAUCHFLOW_IDENTITY_SECRET: "bench-identity-secret-of-32-bytes-or-more",
  },
});
const { key, record } = mintKey({
  server,
  kindName: "agent",
  tenant: "acme",
  name: "bench",
  scopes: Object.keys(server.scopes),
  clock: systemClock,
  random: systemRandom,
});
await house.store.keys.insert(record);
const http = await serveHttp(house.gateway, { ...house.ports, host: "127.0.0.1", port: 0 });
reportTo(process, { url: http.url, key: key.reveal() });
