/** What editors say of values and keys beyond the shapes' own words. By the values of the enum, joined by commas. */
const valueWords: Readonly<Record<string, readonly string[]>> = {
  "auto,confirm,approval": [
    "The call runs.",
    "The call runs once a person has said yes, by a form or by confirm: true.",
    "The call waits until an operator approves it.",
  ],
  "confirm,approval": [
    "The call runs once a person has said yes, by a form or by confirm: true.",
    "The call waits until an operator approves it.",
  ],
  "forward,plan,none": [
    "dry_run goes to the upstream, which runs dry.",
    "dry_run shows the request and sends nothing.",
    "There is no dry_run (the default).",
  ],
  "read,write": ["Changes nothing: no disposition, no dry run.", "Changes something: disposition and dryRun apply."],
  "observe,enforce": [
    "A reply that breaks output is passed on and counted (the default).",
    "A reply that breaks output is refused.",
  ],
  "path,query,header,cookie,body,requestBody": [
    "A {placeholder} of the path.",
    "A query parameter.",
    "A header.",
    "A cookie.",
    "A field of the body; `as` says where in it.",
    "The whole body.",
  ],
  "permitted,all": ["The tools of the caller's scopes (the default).", "All tools; calling one needs its scope still."],
};

/** Keywords of JSON Schema, as its specification explains them (draft 2020-12, "Validation"). */
const keywordWords: Readonly<Record<string, string>> = {
  $comment: "For people; not sent to models.",
  title: "A short name of the value.",
  const: "The only value that is accepted.",
  examples: "Values that are accepted, to learn from.",
  deprecated: "Accepted, and better not used.",
  readOnly: "The upstream sets it; callers do not.",
  writeOnly: "Sent, and never shown.",
  minLength: "Fewest characters of a text.",
  maxLength: "Most characters of a text.",
  minimum: "Smallest number.",
  maximum: "Largest number.",
  exclusiveMinimum: "Numbers are above this.",
  exclusiveMaximum: "Numbers are below this.",
  multipleOf: "Numbers are whole multiples of this.",
  items: "Schema of every item of a list (after prefixItems).",
  prefixItems: "Schemas of the first items of a list, one by one.",
  contains: "Schema that some item of a list fits.",
  minContains: "Fewest items that fit contains.",
  maxContains: "Most items that fit contains.",
  minItems: "Fewest items of a list.",
  maxItems: "Most items of a list.",
  uniqueItems: "No item comes twice.",
  properties: "Schemas of a map's properties, by name.",
  patternProperties: "Schemas of properties whose names match a regular expression.",
  additionalProperties: "Schema of all other properties; false for none.",
  propertyNames: "Schema of the names of a map's properties.",
  minProperties: "Fewest properties of a map.",
  maxProperties: "Most properties of a map.",
  dependentRequired: "Properties that must be there where another one is.",
  dependentSchemas: "Schemas that hold where a property is there.",
  unevaluatedItems: "Schema of items that nothing else speaks of.",
  unevaluatedProperties: "Schema of properties that nothing else speaks of; false for none.",
  allOf: "The value fits all of these schemas.",
  anyOf: "The value fits at least one of these schemas.",
  oneOf: "The value fits exactly one of these schemas.",
  not: "The value does not fit this schema.",
  if: "Where the value fits this, then holds, or else.",
  then: "Holds where if fits.",
  else: "Holds where if does not fit.",
  contentEncoding: "How bytes are written in a text, e.g. base64.",
  contentMediaType: "What the text holds, e.g. image/png.",
};

/** Descriptions of an enum's values, in its order. */
export function wordsOfValues(values: readonly unknown[]): readonly string[] | undefined {
  return valueWords[values.join()];
}

/** The description of a JSON Schema keyword that the shapes leave to its specification. */
export function wordsOfKeyword(keyword: string): string | undefined {
  return Object.hasOwn(keywordWords, keyword) ? keywordWords[keyword] : undefined;
}

/** Snippets for a whole new file: `$1` and `${1:text}` are where the cursor goes, one after the other. */
export const toolSnippets = [
  {
    label: "new tool that reads",
    description: "A read: one GET request, with its inputs from the contract.",
    body: {
      title: "${1:Get an order}",
      description: "${2:Read one order. Use list_orders to find it.}",
      scope: "${3:ORDER_READ}",
      request: "GET ${4:/v1/orders/{order_id\\}}",
      inputs: ["${5:order_id}"],
    },
  },
  {
    label: "new tool that writes",
    description: "A write that an operator approves, with a dry run that shows the request.",
    body: {
      title: "${1:Create an order}",
      description: "${2:Create an order and return it.}",
      scope: "${3:ORDER_WRITE}",
      disposition: "${4|auto,confirm,approval|}",
      dryRun: "${5|plan,forward,none|}",
      request: "${6|POST,PUT,PATCH,DELETE|} ${7:/v1/orders}",
      inputs: ["${8:name}"],
    },
  },
];
