import { pollPathOf } from "../ir/approvals.ts";
import type { Finding, Rule } from "../ir/draft.ts";
import { endpointOf } from "../ir/lower-oauth.ts";
import type { ServerSpec } from "../spec/server-shape.ts";

/** Paths, or beginnings of paths, that the runtime itself answers. */
const ownPaths = ["/.well-known", "/console", "/llms"];

/** A call that waits outlives its caller's credential, which is kept nowhere; and it is asked for where nothing else is. */
export const approvals: Rule = ({ server }) => {
  const spec = server?.spec.approvals;
  if (server === undefined || spec === undefined) return [];
  const { file, broken } = server;
  const findings: Finding[] = [];
  const kind = broken.has("upstream") ? undefined : callersOwn(server.spec.upstream?.credentials);
  if (kind !== undefined) {
    const message = `a call that waits cannot be sent with credentials: ${kind}, because the caller's credential is not kept`;
    const mend = "write credentials: { service: { header, secret, identity } }, or remove approvals";
    findings.push({ rule: "approvals-credentials", file, path: ["approvals"], part: "key", message, mend });
  }
  const path = pollPathOf(spec);
  const taken = broken.has("mcp") || broken.has("auth") ? undefined : pathTaken(path, server.spec);
  if (taken !== undefined) {
    const at = spec.pollPath === undefined ? ["approvals"] : ["approvals", "pollPath"];
    const message = `${path} could be ${taken}, where something else is served`;
    findings.push({ rule: "approvals-path", file, path: at, message, mend: "write another pollPath" });
  }
  return findings;
};

function callersOwn(credentials: NonNullable<ServerSpec["upstream"]>["credentials"]): string | undefined {
  if (credentials === "forward") return "forward";
  return typeof credentials === "object" && credentials.exchange !== undefined ? "exchange" : undefined;
}

/** What is served at a path that fits the poll path. */
function pathTaken(pollPath: string, spec: Partial<ServerSpec>): string | undefined {
  const own = ownPaths.find((path) => `${pollPath}/`.startsWith(`${path}/`));
  if (own !== undefined) return own;
  const pattern = pollPath.split("/").map((step) => (step === "{id}" ? undefined : step));
  const fits = (path: string) => {
    const steps = path.split("/");
    return (
      steps.length === pattern.length && pattern.every((step, index) => step === undefined || step === steps[index])
    );
  };
  const endpoints = [endpointOf(spec).path, ...(spec.auth ?? []).map(({ oauth }) => oauth?.path)];
  return endpoints.find((path) => path !== undefined && fits(path));
}
