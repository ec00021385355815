import { flag, optional } from "@toolspec/example-http";
import { type CampaignRow, findCampaign } from "../campaigns/campaign.ts";
import { type Context, conflict, notFound } from "../context.ts";
import { key } from "../fields.ts";
import { escapeHtml } from "../note-html.ts";
import { operation } from "../operation.ts";
import { customParamsOf } from "./attribution.ts";
import { findOrganization } from "./organization.ts";

/** The tracking snippet, filled in. */
export const getInstallSnippet = operation({
  method: "GET",
  path: "/api/v1/organization/install-snippet",
  query: { campaignId: optional(key()), withPixel: optional(flag(), false) },
  run(context, { campaignId, withPixel }) {
    const campaign = campaignId === undefined ? newestActive(context) : findCampaign(context, campaignId);
    const { attribution_params: set, pixel_key: pixelKey } = findOrganization(context);
    if (withPixel && pixelKey === null) {
      throw conflict("There is no public pixel key. A person makes one in the settings.", "pixel_key_missing");
    }
    const customParams = customParamsOf(set);
    const pixelPublicKey = withPixel ? pixelKey : null;
    const body = {
      snippet: toSnippet({
        "data-program": campaign.id,
        "data-params": customParams.join(","),
        "data-pixel": pixelPublicKey,
      }),
      campaignId: campaign.id,
      customParams,
      withPixel,
      pixelPublicKey,
      placement: "Inside <head>, before other scripts, on every page that a referral address may lead to.",
    };
    return { status: 200, body };
  },
});

function newestActive(context: Context): CampaignRow {
  const row = context.database.get<CampaignRow>(
    `select * from campaigns where organization = :organization and status = 'Active'
     order by created_at desc, id limit 1`,
    { organization: context.organization },
  );
  if (!row) throw notFound("campaign");
  return row;
}

function toSnippet(attributes: Readonly<Record<string, string | null>>): string {
  const written = Object.entries(attributes).flatMap(([name, value]) =>
    value === null || value === "" ? [] : [` ${name}="${escapeHtml(value)}"`],
  );
  return `<script async src="https://cdn.rekomi.example/loader.js"${written.join("")}></script>`;
}
