import type { Rule } from "../ir/draft.ts";
import { deprecatedUse } from "./deprecated-use.ts";
import { disposition } from "./disposition.ts";
import { dryRunParameter } from "./dry-run-parameter.ts";
import { duplicateTool } from "./duplicate-tool.ts";
import { exampleInputs } from "./example-inputs.ts";
import { headerForm } from "./header-form.ts";
import { inputPlacement } from "./input-placement.ts";
import { inputWithoutType } from "./input-without-type.ts";
import { invisibleText } from "./invisible-text.ts";
import { keyKinds } from "./key-kinds.ts";
import { pathParameterOptional } from "./path-parameter-optional.ts";
import { readAccess } from "./read-access.ts";
import { requiredUpstreamField } from "./required-upstream-field.ts";
import { reservedHeader } from "./reserved-header.ts";
import { reservedInput } from "./reserved-input.ts";
import { sensitive } from "./sensitive.ts";
import { thresholdInput } from "./threshold-input.ts";
import { toolName } from "./tool-name.ts";
import { toolOrder } from "./tool-order.ts";
import { undeclaredScope } from "./undeclared-scope.ts";
import { unknownRef } from "./unknown-ref.ts";
import { unknownUpstreamField } from "./unknown-upstream-field.ts";
import { withheld } from "./withheld.ts";

/** What must hold of every folder of specs. A rule is a file; the order does not matter, findings are sorted. */
export const rules: readonly Rule[] = [
  deprecatedUse,
  disposition,
  dryRunParameter,
  duplicateTool,
  exampleInputs,
  headerForm,
  inputPlacement,
  inputWithoutType,
  invisibleText,
  keyKinds,
  pathParameterOptional,
  readAccess,
  requiredUpstreamField,
  reservedHeader,
  reservedInput,
  sensitive,
  thresholdInput,
  toolName,
  toolOrder,
  undeclaredScope,
  unknownRef,
  unknownUpstreamField,
  withheld,
];
