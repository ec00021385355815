/** The whole of Rekomi in one process, as `npm start -- rekomi` runs it: upstream, gateway, HTTP door. For tests. */
import { type Role, startRekomi } from "@toolspec/example-rekomi";
import { server } from "@toolspec/generated/rekomi";
import { composeGateway, defaultSettings, mintToken, systemClock, systemRandom } from "@toolspec/runtime";
import { serveHttp } from "@toolspec/runtime/http";
import { onTestFinished } from "vitest";
import { openWire } from "../wire.ts";

/** Every tool's name, in spec order. */
export const allTools: readonly string[] = server.tools.map((tool) => tool.name);

export const relaySecret = "a relay secret that only the two sides know";

export interface StartOptions {
  /** Of the upstream, Unix milliseconds. */
  readonly now?: () => number;
  /** Speak to this upstream, of the test's own making, instead of Rekomi. */
  readonly upstreamUrl?: string;
  /** With what this server signs. Default: what the upstream expects. */
  readonly relaySecret?: string;
  /** Who validates tokens. Default: as server.yaml says. */
  readonly validation?: "local" | "delegated";
  /** SQLite file. Default: in memory. */
  readonly data?: string;
}

/** Who a token is for, at both sides. */
export interface TokenOptions {
  readonly organization?: string;
  readonly role?: Role;
  readonly emailVerified?: boolean;
  readonly name?: string;
}

/** Start everything on free ports; it ends with the test. */
export async function startSystem(options: StartOptions = {}) {
  const upstream = await startRekomi({
    port: 0,
    host: "127.0.0.1",
    relaySecrets: [{ secret: relaySecret }],
    ...(options.now && { clock: { now: options.now } }),
  });
  const logged: string[] = [];
  const house = await composeGateway({
    server: {
      ...server,
      auth: server.auth.map((scheme) =>
        scheme.kind === "token" ? { ...scheme, validation: options.validation ?? scheme.validation } : scheme,
      ),
    },
    settings: { ...defaultSettings, data: options.data ?? ":memory:", logLevel: "debug", callsPerMinute: 100_000 },
    variables: {
      REKOMI_API_URL: options.upstreamUrl ?? upstream.url,
      REKOMI_RELAY_SECRET: options.relaySecret ?? relaySecret,
    },
    writeLog: (line) => logged.push(line),
  });
  const http = await serveHttp(house.gateway, { ...house.ports, host: "127.0.0.1", port: 0 });
  onTestFinished(async () => {
    await http.close();
    await house.close();
    await upstream.close();
  });

  /** Make a token that both sides know. */
  async function mint({
    organization = "acme",
    role = "owner",
    emailVerified = true,
    name = "test",
  }: TokenOptions = {}) {
    const { token, record } = mintToken({
      server,
      tenant: organization,
      name,
      owner: `owner@${organization}.example`,
      clock: systemClock,
      random: systemRandom,
    });
    await house.store.tokens.insert(record);
    upstream.registerToken({ credential: { token: token.reveal() }, organization, role, emailVerified, name });
    return { id: record.id, token: token.reveal() };
  }
  const owner = await mint();

  return {
    url: http.url,
    upstream,
    house,
    logged,
    owner: owner.token,
    mint,
    tokenFor: async (given: TokenOptions) => (await mint(given)).token,
    ...openWire({ url: http.url, key: owner.token, credential: (token) => ({ authorization: `Bearer ${token}` }) }),
  };
}
