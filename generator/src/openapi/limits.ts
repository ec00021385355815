import type { YamlLimits } from "../spec/plain.ts";

/** Bytes of a JSON contract. GitHub's, among the largest, has 12 MiB. */
export const contractMaxBytes = 32 * 1024 * 1024;

/** Characters of a YAML contract: its nodes cost memory, about two hundred bytes for each of its own. */
export const yamlMaxLength = 4 * 1024 * 1024;

/**
 * Contracts come from elsewhere, deeper and larger than specs, and share values by alias and merge. Each alias is a copy whose
 * values count, so that a bomb of them ends at `valuesMax`.
 */
export const contractLimits: YamlLimits = { depthMax: 200, aliasesMax: 1_000, valuesMax: 1_000_000, merges: true };
