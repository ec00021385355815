/** Rekomi's example API alone, with one token that may do everything. */
import { startRekomi } from "@toolspec/example-rekomi";
import { reportTo } from "./report.ts";

const { RELAY_SECRET: secret = "", TOKEN: token = "" } = process.env;
const upstream = await startRekomi({ port: 0, host: "127.0.0.1", relaySecrets: [{ secret }], rateLimit: false });
upstream.registerToken({
  credential: { token },
  organization: "acme",
  role: "owner",
  emailVerified: true,
  name: "bench",
});
reportTo(process, { url: upstream.url });
