/** Rekomi's 39 tools as they are served, everything on: the token is validated by the upstream, each request co-signed, audit in a file. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { server } from "@toolspec/generated/rekomi";
import { composeGateway, defaultSettings } from "@toolspec/runtime";
import { serveHttp } from "@toolspec/runtime/http";
import { reportTo } from "./report.ts";

const house = await composeGateway({
  server: {
    ...server,
    auth: server.auth.map((scheme) => (scheme.kind === "token" ? { ...scheme, validation: "delegated" } : scheme)),
  },
  settings: {
    ...defaultSettings,
    data: join(mkdtempSync(join(tmpdir(), "toolspec-bench-")), "bench.sqlite"),
    logLevel: "error",
    callsPerMinute: 1_000_000,
  },
  variables: { REKOMI_API_URL: process.env.UPSTREAM, REKOMI_RELAY_SECRET: process.env.RELAY_SECRET },
});
const http = await serveHttp(house.gateway, { ...house.ports, host: "127.0.0.1", port: 0 });
reportTo(process, { url: http.url });
