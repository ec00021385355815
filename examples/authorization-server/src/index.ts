export { type Account, accounts, type Role, type Space } from "./accounts.ts";
export type { Exchange } from "./exchange.ts";
export {
  type AccessTokenOptions,
  type AuthorizationServer,
  type LoggedRequest,
  type StartOptions,
  startAuthorizationServer,
} from "./start.ts";
