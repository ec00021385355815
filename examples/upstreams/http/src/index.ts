export { ApiError, type ErrorMeta, invalidRequest, type Problem } from "./api-error.ts";
export { type Database, openDatabase, type Parameters } from "./database.ts";
export {
  type Field,
  type Fields,
  flag,
  integer,
  isObject,
  listOf,
  nullable,
  number,
  objectOf,
  oneOf,
  optional,
  rule,
  scalarsByName,
  text,
  uuid,
  type Values,
} from "./fields.ts";
export { createListener, headerOf } from "./listener.ts";
export { type Method, type Operation, type RawRequest, type Reply, readRequest } from "./operation.ts";
export { createRateLimiter, type RateLimit } from "./rate-limit.ts";
export { parseJson, readBytes, readJson, requireBytes, requireJson, splitTarget } from "./receive.ts";
export { createRequestLog, type LoggedRequest } from "./request-log.ts";
export { route } from "./router.ts";
export { type Address, type Serving, serve } from "./serve.ts";
export { DAY_MS, day, instant, toDay, toInstant } from "./time-fields.ts";
