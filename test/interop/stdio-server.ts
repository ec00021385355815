/** A server on stdin and stdout, for clients that start their servers themselves. */
import { serveStdio } from "@toolspec/runtime/stdio";
import { caller, createVoucherGateway, ports } from "./gateway.ts";

await serveStdio(createVoucherGateway(), { caller, ...ports }).closed;
