import type { ClearedCall, Outcome } from "../call.ts";
import type { Disposition } from "../codegen.ts";
import type { RenderedRequest } from "./render.ts";

/**
 * Show the request that would be sent, exactly as it would be sent, and what would become of the call. Credentials are left out.
 *
 * Form fields are shown as they are sent. Any other body is shown as the handler made it: as JSON, files and bytes as base64.
 *
 * @see spec-language.md, "Dry run"
 */
export function toPlan(
  call: ClearedCall,
  rendered: RenderedRequest,
  disposition: Disposition,
): Extract<Outcome, { kind: "planned" }> {
  const { method, target, headers, body } = rendered;
  const cut = target.indexOf("?");
  const contentType = headers[headers.indexOf("content-type") + 1];
  const value = {
    dry_run: true,
    plan: {
      method,
      path: cut === -1 ? target : target.slice(0, cut),
      ...(cut !== -1 && { query: target.slice(cut + 1) }),
      ...(headers.length > 0 && { headers: { ...toObject(headers), ...withoutBoundary(contentType) } }),
      ...(body !== undefined && {
        body: isForm(contentType) ? Buffer.from(body).toString("utf8") : call.request.body,
      }),
    },
    disposition,
  };
  const text = JSON.stringify(value);
  return { kind: "planned", text, value: JSON.parse(text) };
}

function toObject(headers: readonly string[]): Record<string, string> {
  const named = headers.flatMap((name, index) =>
    index % 2 === 0 ? [[name, headers[index + 1] as string] as const] : [],
  );
  return Object.fromEntries(named);
}

/** The boundary is another one each time, and an approved call is compared with what was parked. */
function withoutBoundary(contentType: string | undefined): Record<string, string> {
  return contentType?.startsWith("multipart/form-data;") === true ? { "content-type": "multipart/form-data" } : {};
}

function isForm(contentType: string | undefined): boolean {
  return contentType === "application/x-www-form-urlencoded";
}
