export { Secret } from "./call.ts";
export { type ComposeOptions, composeGateway, type House } from "./compose.ts";
export { ConfigError, defaultSettings, type Settings } from "./config.ts";
export { type ErrorCode, errorTable, GatewayError } from "./errors.ts";
export type { Gateway, ListedTool } from "./gateway.ts";
export { mintKey } from "./identity/mint.ts";
export { mintToken } from "./identity/mint-token.ts";
export { openStore, type Store } from "./store/open.ts";
export { systemClock, systemRandom } from "./system.ts";
