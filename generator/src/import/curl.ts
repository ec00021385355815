/** A request as a person typed it for curl. Values of credentials are left out. */
export interface CurlRequest {
  readonly method: string;
  readonly url: string;
  /** Names as written; without credentials and what curl or the runtime sets itself. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: CurlBody | undefined;
}

export type CurlBody =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "form" | "multipart"; readonly fields: readonly (readonly [name: string, isFile: boolean])[] }
  | { readonly kind: "text"; readonly contentType: string };

/** Why a command cannot be read, and how to mend it. */
export interface CurlProblem {
  readonly message: string;
  readonly mend: string;
}

/** Options that have a value and say nothing of the request. */
const passedOver = new Set(
  (
    "-o --output -A --user-agent -e --referer -m --max-time --connect-timeout --retry --retry-delay -w --write-out -x --proxy --cacert --cert -E --key " +
    "-u --user --oauth2-bearer --resolve -c --cookie-jar -b --cookie --limit-rate -K --config -D --dump-header --interface --ciphers"
  ).split(" "),
);

/** Headers that the runtime sets, and those that let somebody in. */
const left =
  /^(accept|accept-encoding|accept-language|content-length|content-type|host|user-agent|connection|origin|referer|cookie|authorization|proxy-authorization|cache-control|pragma|sec-.*|.*(api-?key|token|secret|signature|password).*)$/i;

/** Read a curl command. Nothing in it is run, expanded or looked up. */
export function parseCurl(command: string): CurlRequest | CurlProblem {
  const words = shellWords(command);
  if ("message" in words) return words;
  const [first, ...rest] = words;
  if (first !== "curl")
    return { message: "it does not begin with curl", mend: 'write --from-curl "curl …", in one pair of quotes' };
  const seen = readOptions(rest);
  if ("message" in seen) return seen;
  const { urls, headers, data, forms, method, asQuery, isHead } = seen;
  const [url] = urls;
  if (url === undefined || urls.length > 1)
    return {
      message: url === undefined ? "it names no address" : "it names several addresses",
      mend: "give one address",
    };
  const address = /^[a-z]+:\/\//i.test(url) ? url : `http://${url}`;
  const withQuery =
    asQuery && data.length > 0 ? `${address}${address.includes("?") ? "&" : "?"}${data.join("&")}` : address;
  const contentType = headers.find(([name]) => name.toLowerCase() === "content-type")?.[1].toLowerCase() ?? "";
  const body = asQuery ? undefined : bodyOf({ data, forms, contentType, isJson: seen.isJson });
  if (body !== undefined && "message" in body) return body;
  const usual = isHead ? "HEAD" : body === undefined ? "GET" : "POST";
  return {
    method: (method ?? usual).toUpperCase(),
    url: withQuery,
    headers: headers.filter(([name]) => !left.test(name)),
    body,
  };
}

interface Seen {
  readonly urls: string[];
  readonly headers: [string, string][];
  readonly data: string[];
  readonly forms: string[];
  method: string | undefined;
  asQuery: boolean;
  isHead: boolean;
  isJson: boolean;
}

function readOptions(words: readonly string[]): Seen | CurlProblem {
  const seen: Seen = {
    urls: [],
    headers: [],
    data: [],
    forms: [],
    method: undefined,
    asQuery: false,
    isHead: false,
    isJson: false,
  };
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as string;
    const [option, inline] = splitOption(word);
    const value = () => inline ?? words[++index] ?? "";
    switch (option) {
      case "-X":
      case "--request":
        seen.method = value();
        break;
      case "-H":
      case "--header": {
        const [, name = "", text = ""] = /^([^:]+):\s*(.*)$/s.exec(value()) ?? [];
        if (name !== "") seen.headers.push([name.trim(), text]);
        break;
      }
      case "--json":
        seen.isJson = true;
        seen.data.push(value());
        break;
      case "-d":
      case "--data":
      case "--data-raw":
      case "--data-ascii":
      case "--data-binary":
      case "--data-urlencode":
        seen.data.push(value());
        break;
      case "-F":
      case "--form":
      case "--form-string":
        seen.forms.push(value());
        break;
      case "-G":
      case "--get":
        seen.asQuery = true;
        break;
      case "-I":
      case "--head":
        seen.isHead = true;
        break;
      case "--url":
        seen.urls.push(value());
        break;
      default:
        if (passedOver.has(option)) value();
        else if (!option.startsWith("-") || option === "-") seen.urls.push(word);
    }
  }
  return seen;
}

/** `-XPOST`, `--request=POST`: option and value in one word. */
function splitOption(word: string): readonly [option: string, value: string | undefined] {
  const long = /^(--[a-z0-9-]+)=(.*)$/s.exec(word);
  if (long !== null) return [long[1] as string, long[2]];
  const short = /^(-[XHdFuAebomwx])(.+)$/s.exec(word);
  return short === null ? [word, undefined] : [short[1] as string, short[2]];
}

function bodyOf({
  data,
  forms,
  contentType,
  isJson,
}: {
  readonly data: readonly string[];
  readonly forms: readonly string[];
  readonly contentType: string;
  readonly isJson: boolean;
}): CurlBody | CurlProblem | undefined {
  if (forms.length > 0)
    return {
      kind: "multipart",
      fields: forms.map((form) => [form.split("=", 1)[0] ?? "", /^[^=]+=[@<]/.test(form)] as const),
    };
  if (data.length === 0) return undefined;
  if (data.some((text) => text.startsWith("@")))
    return { message: "its body is in a file, which is not read", mend: "write the JSON itself after -d" };
  const text = data.join("&");
  if (isJson || contentType.includes("json") || /^\s*[{[]/.test(text)) {
    try {
      return { kind: "json", value: JSON.parse(text) };
    } catch {
      return { message: "its body is no JSON", mend: "write the body as JSON, in single quotes" };
    }
  }
  if (contentType !== "" && !contentType.includes("urlencoded"))
    return { kind: "text", contentType: contentType.split(";", 1)[0]?.trim() ?? "text/plain" };
  return { kind: "form", fields: [...new URLSearchParams(text).keys()].map((name) => [name, false] as const) };
}

/** Words as a POSIX shell splits them: quotes and backslashes, nothing expanded. */
function shellWords(command: string): readonly string[] | CurlProblem {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let index = 0; index < command.length; index++) {
    const letter = command[index] as string;
    const next = command[index + 1];
    if (quote === "'") {
      if (letter === "'") quote = undefined;
      else word += letter;
    } else if (letter === "\\" && next !== undefined) {
      index++;
      if (next === "\n" || (next === "\r" && command[index + 1] === "\n")) continue;
      const keeps = quote === '"' && !'"\\$`'.includes(next);
      word = (word ?? "") + (keeps ? `\\${next}` : next);
    } else if (quote === '"') {
      if (letter === '"') quote = undefined;
      else word += letter;
    } else if (letter === "'" || letter === '"') {
      quote = letter;
      // `$'…'` is bash's; its escapes are those of JSON for all that curl commands hold.
      word = (word === "$" ? "" : word) ?? "";
    } else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (/[|;&<>]/.test(letter)) {
      // What follows is another command or a redirection.
      break;
    } else word = (word ?? "") + letter;
  }
  if (quote !== undefined) return { message: `a ${quote} is not closed`, mend: "close the quotes" };
  if (word !== undefined) words.push(word);
  return words;
}
