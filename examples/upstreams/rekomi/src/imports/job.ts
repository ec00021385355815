import { toInstant } from "@toolspec/example-http";
import { record } from "../audit/audit.ts";
import { type Context, conflict, newId, notFound } from "../context.ts";
import { key } from "../fields.ts";
import { operation } from "../operation.ts";

/** One import as stored. */
interface ImportRow {
  readonly id: string;
  readonly kind: "affiliates" | "conversions";
  readonly campaign_id: string;
  readonly imported: number;
  readonly reverted_at: number | null;
}

/** Begin a job, so that its rows can name it. `imported` is filled in by {@link finishJob}. */
export function beginJob(context: Context, kind: ImportRow["kind"], campaign: string): string {
  const id = newId("imp");
  context.database.run("insert into imports values (:id, :organization, :kind, :campaign, 0, :now, null)", {
    id,
    organization: context.organization,
    kind,
    campaign,
    now: context.nowMs,
  });
  return id;
}

/** Keep what a job did, and say so in the audit log: one entry for all its rows. */
export function finishJob(
  context: Context,
  id: string,
  report: {
    readonly kind: ImportRow["kind"];
    readonly imported: number;
    readonly facts: Readonly<Record<string, unknown>>;
  },
): void {
  const { kind, imported, facts } = report;
  context.database.run("update imports set imported = :imported where id = :id", { id, imported });
  record(context, { action: `import.${kind}`, entityId: id, after: { imported, ...facts } });
}

/** Take back what an import brought, save what has become part of a payout or has sales of its own. */
export const revertImport = operation({
  method: "POST",
  path: "/api/v1/imports/{jobId}/revert",
  access: { role: "owner", directPlan: "Starter" },
  params: { jobId: key() },
  run(context, { jobId }) {
    const job = context.database.get<ImportRow>(
      "select * from imports where organization = :organization and id = :id",
      { organization: context.organization, id: jobId },
    );
    if (!job) throw notFound("import");
    if (job.reverted_at !== null) throw conflict("The import has been reverted already.");
    const removed = context.database.run(
      job.kind === "conversions"
        ? "delete from conversions where job_id = :job and payout_id is null"
        : `delete from affiliates where job_id = :job and id not in (select affiliate_id from conversions)
             and id not in (select affiliate_id from leads)`,
      { job: job.id },
    );
    context.database.run("update imports set reverted_at = :now where id = :job", { job: job.id, now: context.nowMs });
    record(context, {
      action: "import.reverted",
      entityId: job.id,
      before: { imported: job.imported },
      after: { removed },
    });
    const body = { jobId: job.id, removed, kept: job.imported - removed, revertedAt: toInstant(context.nowMs) };
    return { status: 200, body };
  },
});
