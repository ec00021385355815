import type { Rule } from "../ir/draft.ts";
import { adapter } from "./adapter.ts";
import { approvals } from "./approvals.ts";
import { approvalsNeeded } from "./approvals-needed.ts";
import { bodyForm } from "./body-form.ts";
import { conditions } from "./conditions.ts";
import { constraintInputs } from "./constraint-inputs.ts";
import { contentKeys } from "./content-entries.ts";
import { contentTool } from "./content-tool.ts";
import { deprecatedUse } from "./deprecated-use.ts";
import { disposition } from "./disposition.ts";
import { dryRunParameter } from "./dry-run-parameter.ts";
import { duplicateTool } from "./duplicate-tool.ts";
import { exampleInputs } from "./example-inputs.ts";
import { headerForm } from "./header-form.ts";
import { idempotencyHeader } from "./idempotency-header.ts";
import { inputPlacement } from "./input-placement.ts";
import { inputWithoutType } from "./input-without-type.ts";
import { invisibleText } from "./invisible-text.ts";
import { keyKinds } from "./key-kinds.ts";
import { oauthAudience } from "./oauth-audience.ts";
import { oauthCredentials } from "./oauth-credentials.ts";
import { oauthOnce } from "./oauth-once.ts";
import { oauthPath } from "./oauth-path.ts";
import { oauthScopes } from "./oauth-scopes.ts";
import { paginationStyle } from "./pagination-style.ts";
import { parameterStyle } from "./parameter-style.ts";
import { pathParameterOptional } from "./path-parameter-optional.ts";
import { promptSteps } from "./prompt-steps.ts";
import { readAccess } from "./read-access.ts";
import { relayHeader } from "./relay-header.ts";
import { requiredUpstreamField } from "./required-upstream-field.ts";
import { reservedHeader } from "./reserved-header.ts";
import { reservedInput } from "./reserved-input.ts";
import { reservedQuery } from "./reserved-query.ts";
import { reservedTool } from "./reserved-tool.ts";
import { sensitive } from "./sensitive.ts";
import { thresholdInput } from "./threshold-input.ts";
import { tokenAuth } from "./token-auth.ts";
import { toolName } from "./tool-name.ts";
import { toolOrder } from "./tool-order.ts";
import { toolsets } from "./toolsets.ts";
import { undeclaredScope } from "./undeclared-scope.ts";
import { unknownRef } from "./unknown-ref.ts";
import { unknownUpstreamField } from "./unknown-upstream-field.ts";
import { withheld } from "./withheld.ts";

/** What must hold of every folder of specs. A rule is a file; the order does not matter, findings are sorted. */
export const rules: readonly Rule[] = [
  adapter,
  approvals,
  approvalsNeeded,
  bodyForm,
  conditions,
  constraintInputs,
  contentKeys,
  contentTool,
  deprecatedUse,
  disposition,
  dryRunParameter,
  duplicateTool,
  exampleInputs,
  headerForm,
  idempotencyHeader,
  inputPlacement,
  inputWithoutType,
  invisibleText,
  keyKinds,
  oauthAudience,
  oauthCredentials,
  oauthOnce,
  oauthPath,
  oauthScopes,
  paginationStyle,
  parameterStyle,
  pathParameterOptional,
  promptSteps,
  readAccess,
  relayHeader,
  requiredUpstreamField,
  reservedHeader,
  reservedInput,
  reservedQuery,
  reservedTool,
  sensitive,
  thresholdInput,
  tokenAuth,
  toolName,
  toolOrder,
  toolsets,
  undeclaredScope,
  unknownRef,
  unknownUpstreamField,
  withheld,
];
