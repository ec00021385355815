import type { Rule } from "../ir/draft.ts";

/** An input that is left empty inherits; where there is nothing to inherit from, it has no type. */
export const inputWithoutType: Rule = ({ contract, tools }) =>
  tools.flatMap(({ file, request, operation, inputs }) => {
    // An unknown operation is one problem, not one for each input.
    if (request === undefined || (contract !== undefined && operation === undefined)) return [];
    if (contract !== undefined) return [];
    return inputs
      .filter(({ written }) => written === undefined)
      .map(({ name, path }) => ({
        rule: "input-without-type",
        file,
        path,
        part: "key" as const,
        message: `${name} has no type, and the server has no contract to take it from`,
        mend:
          typeof path[1] === "number"
            ? `write inputs: as a map, ${name}: string`
            : `write ${name}: string, or a schema`,
      }));
  });
