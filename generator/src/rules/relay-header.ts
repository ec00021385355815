import type { Rule } from "../ir/draft.ts";
import { headersSetByServer } from "./reserved-header.ts";

/** The relay's header is none that the server sets for another reason. */
export const relayHeader: Rule = ({ server }) => {
  const header = server?.spec.relay?.header;
  if (server === undefined || header === undefined) return [];
  if (!headersSetByServer(server.spec, { withRelay: false }).has(header.toLowerCase())) return [];
  const message = `the header ${header} is set by the server for another purpose`;
  return [{ rule: "relay-header", file: server.file, path: ["relay", "header"], message, mend: "choose another name" }];
};
