import { oneOf } from "@toolspec/example-http";
import { type Operation, operation } from "../operation.ts";
import { bounded } from "../program/finding.ts";
import { activeModule } from "../program/versions.ts";
import { sources } from "./sources.ts";
import { stepsOf } from "./steps.ts";
import { summaryField } from "./summary.ts";
import { mapWallets } from "./wallets.ts";
import { warningsOf } from "./warnings.ts";

/** The same summary in the same Space gives the same plan. */
const planMigration = operation({
  method: "POST",
  path: "/v1/migrations/plan",
  access: "read",
  body: { source: oneOf(sources), summary: summaryField },
  run(context, { source, summary }) {
    const wallets = activeModule(context, "wallets").items;
    const walletMapping = mapWallets(summary.pointCurrencies ?? [], wallets);
    const steps = stepsOf(source, summary, walletMapping);
    const warnings = bounded(warningsOf(source, summary, context.space));
    return { status: 200, body: { source, steps, walletMapping, warnings } };
  },
});

/** Every endpoint of migrations. */
export const migrationOperations: readonly Operation[] = [planMigration];
