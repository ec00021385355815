/** URL parameters that the loader always understands, in the order in which it looks. */
const defaultParams: readonly string[] = [
  "via",
  "ref",
  "aff",
  "affiliate",
  "referral",
  "partner",
  "fpr",
  "tap_a",
  "tap_s",
  "pscd",
  "gspk",
  "dub_id",
  "rfsn",
  "irclickid",
  "sca_ref",
  "rekomi",
];

/** Parameters of one's own. */
export const CUSTOM_MAX = 10;

/** What an organisation has set, as a list; a name that was given twice stands once. */
export function customParamsOf(set: string | null): readonly string[] {
  return set === null ? [] : [...new Set(set.split(","))];
}

/** The parameters as the wire shows them: one's own come first. */
export function toAttributionParams(set: string | null): Readonly<Record<string, readonly string[]>> {
  const custom = customParamsOf(set);
  return {
    custom,
    defaults: defaultParams,
    effective: [...custom, ...defaultParams.filter((name) => !custom.includes(name))],
  };
}
