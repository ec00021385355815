import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { commentsIn } from "./blocks.ts";
import { mergeServer, mergeTool } from "./merge.ts";

const none = { required: { before: new Set<string>(), now: new Set<string>() } };
const base = `# yaml-language-server: $schema=tool.schema.json
title: List orders
# Look: the description is thin.
description: Lists orders.
scope: ORDERS_READ
request: GET /v1/orders
inputs: [status, take]
`;
const merge = (ours: string, theirs: string, rules = none) => mergeTool({ base, ours, theirs }, rules);
const from = (...changes: readonly (readonly [string, string])[]) =>
  changes.reduce((text, [old, now]) => {
    expect(text).toContain(old);
    return text.replace(old, now);
  }, base);

describe("mergeTool", () => {
  it("replaces what the person has not touched, and keeps comments above and behind it", () => {
    const ours = from(["scope: ORDERS_READ", "\n# as in the app\nscope: 'ORDERS_READ' # see wiki"]);
    const { text, changes, kept } = merge(ours, from(["ORDERS_READ", "ORDERS_LIST"]));
    expect(text).toBe(ours.replace("'ORDERS_READ' #", "ORDERS_LIST #"));
    expect(changes).toEqual([{ path: ["scope"], what: "changed" }]);
    expect(kept).toEqual([]);
  });

  it("keeps the person's text where both changed, and says what upstream says", () => {
    const ours = from(["Lists orders.", "Orders, newest first."]);
    const { text, kept } = merge(ours, from(["Lists orders.", "Lists all orders."]));
    expect(text).toBe(ours);
    expect(kept).toEqual([
      {
        path: ["description"],
        reason: "both-changed",
        was: "description: Lists orders.",
        is: "description: Lists all orders.",
      },
    ]);
  });

  it("takes out a Look comment that no longer holds, with the text that it was about", () => {
    const now = from(
      ["# Look: the description is thin.\n", ""],
      ["Lists orders.", "Lists orders, newest first, with their items."],
    );
    expect(merge(base, now).text).toBe(now);
    const looked = from(["# Look: the description is thin.\n", "# mine\n"]);
    expect(merge(looked, now).text).toBe(now.replace("description:", "# mine\ndescription:"));
  });

  it("puts a new key where import has it, with the file's line ends", () => {
    const ours = base.replaceAll("\n", "\r\n");
    const now = from(["request:", "disposition: confirm\nrequest:"]);
    expect(merge(ours, now).text).toBe(now.replaceAll("\n", "\r\n"));
  });

  it("leaves out what the person took out, and says that upstream changed it", () => {
    const ours = from(["scope: ORDERS_READ\n", ""]);
    const { text, kept } = merge(ours, from(["ORDERS_READ", "ORDERS_LIST"]));
    expect(text).toBe(ours);
    expect(kept).toMatchObject([{ path: ["scope"], reason: "you-removed" }]);
  });

  it("keeps a file's end as it was", () => {
    const ours = base.trimEnd();
    expect(merge(ours, from(["[status, take]", "[status, take, sort]"])).text).toBe(
      ours.replace("take]", "take, sort]"),
    );
    expect(merge(ours, `${base}deprecated: { since: '2' }\n`).text).toBe(`${ours}\ndeprecated: { since: '2' }`);
  });
});

describe("inputs", () => {
  const now = from(["[status, take]", "[status, take, sort]"]);

  it("adds a new one while the person's names are import's, in the person's own form", () => {
    const forms = [
      ["[take, status]", "[take, status, sort]"],
      ["[ # all\n  status, # one\n  take # two\n  ]", "[ # all\n  status, # one\n  take, sort # two\n  ]"],
      ["\n  - status\n  # why\n  - take # two", "\n  - status\n  # why\n  - take # two\n  - sort"],
      [
        "\n    status: { description: State. } # mine\n    take?:",
        "\n    status: { description: State. } # mine\n    take?:\n    sort?:",
      ],
      [
        "{ status: { description: State. }, take?: integer }",
        "{ status: { description: State. }, take?: integer, sort?: null }",
      ],
    ] as const;
    for (const [written, wanted] of forms) {
      const { text, kept } = merge(from(["[status, take]", written]), now);
      expect(text).toBe(from(["[status, take]", wanted]));
      expect(() => parse(text)).not.toThrow();
      expect(kept).toEqual([]);
    }
  });

  it("reports a new one where the person has chosen", () => {
    const ours = from(["[status, take]", "[status]"]);
    const { text, kept } = merge(ours, now);
    expect(text).toBe(ours);
    expect(kept).toEqual([{ path: ["inputs", "sort"], reason: "new-input", is: "sort" }]);
  });

  it("reports one that is now required and that nobody sends, and takes the ? from one that is there", () => {
    const required = { required: { before: new Set<string>(), now: new Set(["sort", "take"]) } };
    const ours = from(["[status, take]", "\n  take?: { maximum: 50 } # enough"]);
    const { text, kept } = merge(ours, now, required);
    expect(text).toBe(ours.replace("take?:", "take:"));
    expect(kept).toMatchObject([{ path: ["inputs", "sort"], reason: "required-input" }]);
    const constant = ours.replace("GET /v1/orders", "{ method: GET, path: /v1/orders, query: { sort: id } }");
    expect(merge(constant, now, required).kept).toEqual([]);
  });

  it("takes out a bare name that upstream has no more, and reports one that says something", () => {
    const gone = from(["[status, take]", "[status]"]);
    expect(merge(from(["[status, take]", "[take, status]"]), gone).text).toBe(gone);
    const { kept } = merge(from(["[status, take]", "\n  status?:\n  take?: { maximum: 50 }"]), gone);
    expect(kept).toMatchObject([{ path: ["inputs", "take"], reason: "gone-input" }]);
  });

  it("merges maps entry by entry", () => {
    const map = from(["[status, take]", "\n  status?:\n  order_by?: { as: 'order[by]' }"]);
    const renamed = map
      .replace("order[by]", "sort[by]")
      .replace("  status?:\n", "  status:\n  page?: { as: 'page[no]' }\n");
    const ours = map
      .replace("status?:", "status?: { description: State. }")
      .replace("  order_by", "  # by what\n  order_by");
    const rules = { required: { before: new Set<string>(), now: new Set(["status"]) } };
    expect(mergeTool({ base: map, ours, theirs: renamed }, rules).text).toBe(
      ours
        .replace("order[by]", "sort[by]")
        .replace(
          "status?: { description: State. }\n",
          "status: { description: State. }\n  page?: { as: 'page[no]' }\n",
        ),
    );
  });
});

describe("mergeServer", () => {
  it("adds scopes and keeps those that tools use", () => {
    const was = "name: shop\nversion: 1.0.0\nscopes:\n  READ: Read.\n  OLD: Old.\n  GONE: Gone.\n";
    const now = "name: shop\nversion: 1.1.0\nscopes:\n  READ: Read.\n  NEW: New.\n";
    const ours = was.replace("READ: Read.", "READ: Read all. # mine\n  OWN: Mine.");
    const { text } = mergeServer({ base: was, ours, theirs: now }, { usedScopes: new Set(["OLD"]) });
    expect(text).toBe(
      "name: shop\nversion: 1.1.0\nscopes:\n  READ: Read all. # mine\n  NEW: New.\n  OWN: Mine.\n  OLD: Old.\n",
    );
  });
});

describe("whatever a person does and upstream changes", () => {
  const names = ["a", "b", "c", "d"] as const;
  const value = fc.constantFrom(
    "x",
    "'y'",
    ">-\n  folded\n  text",
    "[p, q]",
    "{ k: v }",
    "|\n  # no comment\n\n  kept",
  );
  const inputs = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 4 });
  const seed = fc.record({ title: value, description: value, scope: fc.option(value), inputs, isMap: fc.boolean() });
  type Seed = { title: string; description: string; scope: string | null; inputs: string[]; isMap: boolean };
  const write = ({ title, description, scope, inputs: list, isMap }: Seed) =>
    [
      "# yaml-language-server: $schema=x",
      `title: ${title}`,
      "# Look: a comment of import",
      `description: ${description}`,
      ...(scope === null ? [] : [`scope: ${scope}`]),
      ...(isMap
        ? ["inputs:", ...list.map((name) => `  ${name}?: { as: 'f[${name}]' }`)]
        : [`inputs: [${list.join(", ")}]`]),
      "",
    ].join("\n");
  const edit = fc.record({
    mark: fc.constantFrom("comment", "behind", "value", "move", "remove", "blank", "entry", "crlf", "open"),
    at: fc.nat(8),
  });

  /** What a person does to a file by whole blocks, each with words that must be found again. */
  function edited(text: string, edits: readonly { mark: string; at: number }[]): string {
    const [head = "", ...blocks] = text.split(/^(?=[a-z#])/m);
    edits.forEach(({ mark, at }, index) => {
      const i = at % blocks.length;
      const block = blocks[i] ?? "";
      if (mark === "comment") blocks.splice(i, 0, `# person ${index}\n`);
      else if (mark === "behind" && /^[a-z]+: [^\n|>]*\n$/.test(block))
        blocks[i] = block.replace(/\n$/, ` # person ${index}\n`);
      else if (mark === "value" && /^(title|description|scope)/.test(block))
        blocks[i] = `${/^[a-z]+/.exec(block)?.[0]}: person ${index}\n`;
      else if (mark === "move") blocks.push(...blocks.splice(i, 1));
      else if (mark === "remove" && blocks.length > 3 && !block.includes("person")) blocks.splice(i, 1);
      else if (mark === "blank") blocks.splice(i, 0, "\n");
      else if (mark === "entry" && /^inputs:\n/.test(block))
        blocks[i] = `${block}  # person ${index}\n  own${index}: string\n`;
    });
    const result = head + blocks.join("");
    if (edits.some(({ mark }) => mark === "crlf")) return result.replaceAll("\n", "\r\n");
    return edits.some(({ mark }) => mark === "open") ? result.trimEnd() : result;
  }

  it("loses no word of the person, changes nothing for nothing, and is done after once", () => {
    fc.assert(
      fc.property(seed, seed, fc.array(edit, { maxLength: 8 }), (was, is, edits) => {
        const [old, theirs] = [write(was), write(is)];
        const ours = edited(old, edits);
        expect(mergeTool({ base: old, ours, theirs: old }, none).text).toBe(ours);
        const { text, kept } = mergeTool({ base: old, ours, theirs }, none);
        expect(() => parse(text)).not.toThrow();
        const mine = (whole: string) => whole.match(/person \d+|own\d+/g)?.sort() ?? [];
        expect(mine(text)).toEqual(mine(ours));
        expect(commentsIn(text)).toEqual(
          expect.arrayContaining(commentsIn(ours).filter((one) => one.includes("person"))),
        );
        expect(mergeTool({ base: theirs, ours: text, theirs }, none)).toMatchObject({ text, kept: [] });
        if (edits.length === 0) {
          expect(text).toBe(theirs);
          expect(kept).toEqual([]);
        }
        if (ours.includes("\r\n")) expect(text.replaceAll("\r\n", "")).not.toContain("\n");
      }),
      { numRuns: 60 },
    );
  });
});
