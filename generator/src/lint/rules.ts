import { annotationConflict } from "./annotation-conflict.ts";
import { arrayBounds } from "./array-bounds.ts";
import { deepInput } from "./deep-input.ts";
import { deprecatedOperation } from "./deprecated-operation.ts";
import { deprecatedWithoutUse } from "./deprecated-without-use.ts";
import { descriptionLength } from "./description-length.ts";
import { descriptionLimits } from "./description-limits.ts";
import { descriptionReturns } from "./description-returns.ts";
import { descriptionTautology } from "./description-tautology.ts";
import { destructiveAuto } from "./destructive-auto.ts";
import { destructiveHint } from "./destructive-hint.ts";
import { dryRunDecision } from "./dry-run-decision.ts";
import { duplicateDescription } from "./duplicate-description.ts";
import { duplicateTitle } from "./duplicate-title.ts";
import { enumOrder } from "./enum-order.ts";
import { enumSize } from "./enum-size.ts";
import { examplesMissing } from "./examples-missing.ts";
import { freeFormObject } from "./free-form-object.ts";
import { idempotencyDecision } from "./idempotency-decision.ts";
import { inputComposition } from "./input-composition.ts";
import { inputDescription } from "./input-description.ts";
import { inputReference } from "./input-reference.ts";
import { instructionsLength } from "./instructions-length.ts";
import { instructionsMissing } from "./instructions-missing.ts";
import { internalHost } from "./internal-host.ts";
import { listBound } from "./list-bound.ts";
import { lookComment } from "./look-comment.ts";
import { modelInstructions } from "./model-instructions.ts";
import { nameRepeatsServer } from "./name-repeats-server.ts";
import { nameVerb } from "./name-verb.ts";
import { numberBounds } from "./number-bounds.ts";
import { readMethod } from "./read-method.ts";
import { readName } from "./read-name.ts";
import { recursiveInput } from "./recursive-input.ts";
import type { LintRule } from "./rule.ts";
import { secretInText } from "./secret-in-text.ts";
import { sensitiveInput } from "./sensitive-input.ts";
import { serverNameLength } from "./server-name-length.ts";
import { similarNames } from "./similar-names.ts";
import { stringBounds } from "./string-bounds.ts";
import { tooManyInputs } from "./too-many-inputs.ts";
import { toolCount } from "./tool-count.ts";
import { toolsetMissing } from "./toolset-missing.ts";
import { unknownToolMention } from "./unknown-tool-mention.ts";
import { untidyText } from "./untidy-text.ts";
import { unusedScope } from "./unused-scope.ts";
import { vanishedOperation } from "./vanished-operation.ts";
import { writeScope } from "./write-scope.ts";

/** What `toolspec lint` looks for. A rule is a file; the order does not matter, findings are sorted. */
export const lintRules: readonly LintRule[] = [
  annotationConflict,
  arrayBounds,
  deepInput,
  deprecatedOperation,
  deprecatedWithoutUse,
  descriptionLength,
  descriptionLimits,
  descriptionReturns,
  descriptionTautology,
  destructiveAuto,
  destructiveHint,
  dryRunDecision,
  duplicateDescription,
  duplicateTitle,
  enumOrder,
  enumSize,
  examplesMissing,
  freeFormObject,
  idempotencyDecision,
  inputComposition,
  inputDescription,
  inputReference,
  instructionsLength,
  instructionsMissing,
  internalHost,
  listBound,
  lookComment,
  modelInstructions,
  nameRepeatsServer,
  nameVerb,
  numberBounds,
  readMethod,
  readName,
  recursiveInput,
  secretInText,
  sensitiveInput,
  serverNameLength,
  similarNames,
  stringBounds,
  toolCount,
  tooManyInputs,
  toolsetMissing,
  unknownToolMention,
  untidyText,
  unusedScope,
  vanishedOperation,
  writeScope,
];
