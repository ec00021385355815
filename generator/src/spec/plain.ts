import { type Alias, type Document, isAlias, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from "yaml";

/** How much a file may hold. */
export interface YamlLimits {
  /** Deepest nesting of maps and lists. */
  readonly depthMax: number;
  /** Aliases that are followed; each costs a copy. */
  readonly aliasesMax: number;
  /** Values, maps and lists included. */
  readonly valuesMax: number;
  /** `<<: *name` puts the members of another map here, what stands here winning. Default: it is refused. */
  readonly merges?: boolean;
}

/** Something in the file that the language refuses; `range` holds offsets, the end exclusive. */
export interface Finding {
  readonly rule: string;
  readonly message: string;
  readonly mend: string;
  readonly range: readonly [number, number];
}

/** The document as plain data, and all that is refused in it. */
export function readPlain(
  document: Document.Parsed,
  limits: YamlLimits,
): { data: unknown; findings: readonly Finding[] } {
  const findings: Finding[] = [];
  // The parser's own way to an alias's target walks the whole document each time.
  const anchored = new Map<string, Node>();
  let aliases = 0;
  let values = 0;

  const refuse = (node: Node, rule: string, message: string, mend: string) => {
    const [start, end] = node.range ?? [0, 0];
    findings.push({ rule, message, mend, range: [start, end] });
  };

  const read = (node: Node | null, depth: number): unknown => {
    if (node === null) return null;
    values++;
    if (values > limits.valuesMax) {
      if (values === limits.valuesMax + 1)
        refuse(
          node,
          "yaml-size",
          `the file holds more than ${limits.valuesMax} values`,
          "split the tool, or leave out what nobody needs",
        );
      return null;
    }
    if (isAlias(node)) return readAlias(node, depth);
    if (node.anchor !== undefined && limits.aliasesMax === 0) {
      refuse(node, "yaml-alias", `anchor &${node.anchor} is not part of the language`, aliasMend);
    }
    if (node.anchor !== undefined) anchored.set(node.anchor, node);
    if (node.tag !== undefined) {
      refuse(
        node,
        "yaml-tag",
        `tag ${node.tag.replace("tag:yaml.org,2002:", "!!")} is not part of the language`,
        "remove it, and quote a value that is a text",
      );
    }
    if (isScalar(node)) return readScalar(node);
    if (depth >= limits.depthMax) {
      refuse(
        node,
        "yaml-depth",
        `maps and lists nest deeper than ${limits.depthMax}`,
        "move the inner part out, to schemas: of server.yaml",
      );
      return null;
    }
    if (isSeq(node)) return node.items.map((item) => read(item as Node, depth + 1));
    return readMap(node as YAMLMap<Node, Node | null>, depth);
  };

  const readAlias = (node: Alias, depth: number): unknown => {
    aliases++;
    if (aliases > limits.aliasesMax) {
      // One is enough: a file of bombs has thousands.
      if (aliases === limits.aliasesMax + 1)
        refuse(node, "yaml-alias", `alias *${node.source} is not followed`, aliasMend);
      return null;
    }
    const target = anchored.get(node.source);
    return target === undefined ? null : read(target, depth + 1);
  };

  const readScalar = (node: Scalar): unknown => {
    const { value } = node;
    if (typeof value === "number" && !isExact(value, node.source)) {
      refuse(
        node,
        "yaml-number",
        `${node.source} cannot be held as a JSON number`,
        "write it in quotes, or a smaller number",
      );
    }
    return value;
  };

  const readMap = (node: YAMLMap<Node, Node | null>, depth: number): unknown => {
    const entries: Record<string, unknown> = {};
    const merged: Record<string, unknown>[] = [];
    for (const pair of node.items) {
      if (limits.merges === true && isScalar(pair.key) && pair.key.source === "<<") {
        merged.push(...[read(pair.value, depth + 1)].flat().filter(isMapping));
        continue;
      }
      const name = keyOf(pair.key);
      if (name === undefined) continue;
      if (Object.hasOwn(entries, name)) {
        refuse(pair.key, "duplicate-key", `"${name}" stands here twice`, "keep one of them");
      } else if (name === "__proto__") {
        refuse(pair.key, "forbidden-key", `"${name}" cannot be a key`, "choose another name");
      } else {
        entries[name] = read(pair.value, depth + 1);
      }
    }
    return merged.length === 0 ? entries : Object.assign({}, ...merged.toReversed(), entries);
  };

  const keyOf = (key: Node): string | undefined => {
    if (!isScalar(key)) {
      refuse(key, "yaml-alias", "a key is a plain word", "write the key out");
      return undefined;
    }
    if (key.source === "<<") {
      refuse(key, "yaml-alias", "<< (merge) is not part of the language", aliasMend);
      return undefined;
    }
    if (key.tag !== undefined || key.anchor !== undefined) {
      refuse(key, "yaml-tag", "a key has neither tag nor anchor", "write the key alone");
    }
    return String(key.value);
  };

  return { data: read(document.contents, 0), findings };
}

const aliasMend = "write the value out where it is needed, or share it under schemas: of server.yaml";

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether the number is what the text says: finite, and no integer that was rounded. */
function isExact(value: number, source: string | undefined): boolean {
  if (!Number.isFinite(value)) return false;
  return !Number.isInteger(value) || Number.isSafeInteger(value) || /[.eE]/.test(source ?? "");
}
