/** A name for the server from the document's title: lower-case words, at most 15 letters where whole words allow (rule for clients that put it before each tool). */
export function serverName(title: unknown, fallback: string): string {
  const from = (text: string) =>
    text
      .normalize("NFKD")
      .replaceAll(/\p{M}/gu, "")
      .toLowerCase()
      .replaceAll(/['’]s\b/g, "")
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^[^a-z]+|-+$/g, "");
  const words = from(typeof title === "string" ? title : "")
    .split("-")
    .filter((word) => word !== "" && !noise.has(word) && !/^v?\d/.test(word));
  let name = words[0] ?? "";
  for (const word of words.slice(1))
    if (`${name}-${word}`.length <= nameGood) name = `${name}-${word}`;
    else break;
  return (name || from(fallback) || "api").slice(0, nameMax).replace(/-+$/, "");
}

const noise: ReadonlySet<string> = new Set([
  "api",
  "apis",
  "the",
  "rest",
  "openapi",
  "swagger",
  "specification",
  "definition",
  "for",
  "of",
  "and",
  "public",
  "service",
  "server",
  "sample",
  "simple",
]);
/** Characters of a good server's name, and of the longest (language, "The server"). */
const nameGood = 15;
const nameMax = 40;
