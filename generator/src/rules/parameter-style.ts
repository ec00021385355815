import type { Finding, InputDraft, Rule } from "../ir/draft.ts";
import { stylesByPlace } from "../ir/parameter-style.ts";
import type { StyleName } from "../ir/tool.ts";
import { type BodyKind, bodyKindOf } from "../spec/media-type.ts";

/** How an input is written fits where it goes: a path has other styles than a query, and only a multipart form has files. */
export const parameterStyle: Rule = ({ tools }) =>
  tools.flatMap((tool) => {
    const { request, file } = tool;
    if (request === undefined) return [];
    const kind = bodyKindOf(request.contentType);
    return tool.inputs.flatMap((input): Finding[] => {
      const at = (key: string) => ({ rule: "parameter-style", file, path: [...input.path, key] });
      return problemsOf(input, kind).map(({ key, message, mend }) => ({ ...at(key), message, mend }));
    });
  });

interface StyleProblem {
  readonly key: string;
  readonly message: string;
  readonly mend: string;
}

function problemsOf(input: InputDraft, kind: BodyKind): StyleProblem[] {
  const { style, explode } = input.writing;
  const known = stylesOf(input, kind);
  const parts = partProblems(input, kind);
  if (style === undefined && explode === undefined) return parts;
  if (known === undefined) {
    const mend = "remove it";
    return [
      ...parts,
      { key: style === undefined ? "explode" : "style", message: `${nounOf(input)} has no style`, mend },
    ];
  }
  if (style !== undefined && !known.includes(style)) {
    const message = `${nounOf(input)} cannot be written in style ${style}`;
    return [...parts, { key: "style", message, mend: `write style: ${known.join(" or ")}` }];
  }
  if (explode !== undefined && (style === "json" || style === "deepObject"))
    return [...parts, { key: "explode", message: `explode means nothing to style ${style}`, mend: "remove it" }];
  return parts;
}

/** The styles that an input may have: those of its place, and of a form those of the query. */
function stylesOf({ place }: InputDraft, kind: BodyKind): readonly StyleName[] | undefined {
  if (place !== "body") return stylesByPlace[place];
  if (kind === "urlencoded") return stylesByPlace.query;
  return kind === "form-data" ? ["json"] : undefined;
}

function partProblems(input: InputDraft, kind: BodyKind): StyleProblem[] {
  return (["contentType", "filename"] as const)
    .filter((key) => input.writing[key] !== undefined && !(input.place === "body" && kind === "form-data"))
    .map((key) => ({
      key,
      message: `${key} is of a part of multipart/form-data, and ${nounOf(input)} is none`,
      mend: "remove it, or write contentType: multipart/form-data in the request's long form",
    }));
}

function nounOf({ place, name }: InputDraft): string {
  const noun = place === "body" ? "a body field" : place === "requestBody" ? "a whole body" : `a ${place} parameter`;
  return `${name}, ${noun},`;
}
