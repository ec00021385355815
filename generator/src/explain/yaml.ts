import { type Area, type Example, server, text, tool } from "./explanation.ts";

const head = ["description: Return one voucher.", "request: GET /v1/vouchers"];
const good = tool("get_voucher", ...head);

const elsewhere = (words: string): Example => ({ "": text(words) });

/** Files and YAML: what can be read at all. */
export const yaml: Area = {
  title: "Files and YAML",
  explanations: [
    {
      rule: "yaml-syntax",
      title: "A file is YAML 1.2.",
      why: "What cannot be read cannot be checked. The usual slips are a bracket left open, a tab, and `: ` inside a text without quotes.",
      wrong: tool("get_voucher", "description: [Return one.", "request: GET /v"),
      right: good,
    },
    {
      rule: "yaml-documents",
      title: "A file holds one document.",
      why: "Of two, a reader sees one, and which one is not for it to guess.",
      wrong: tool("get_voucher", ...head, "---", ...head),
      right: good,
    },
    {
      rule: "yaml-alias",
      title: "There are no anchors, aliases or merge keys.",
      why: "They hide what a file holds and how large it is: a few lines may stand for millions of values.",
      wrong: tool("get_voucher", ...head, "inputs: { a?: &text { type: string }, b?: *text }"),
      right: tool("get_voucher", ...head, "inputs: { a?: { type: string }, b?: { type: string } }"),
    },
    {
      rule: "yaml-tag",
      title: "A value carries no tag.",
      why: "A tag changes what a value is without showing it; quotes say the same where everybody sees it.",
      wrong: tool("get_voucher", ...head, "title: !!str 404"),
      right: tool("get_voucher", ...head, "title: '404'"),
    },
    {
      rule: "yaml-depth",
      title: "Maps and lists nest at most 64 deep.",
      why: "Nobody reads deeper ones; a shared schema gives the inner part a name.",
      wrong: tool("get_voucher", ...head, `x-deep: ${"[".repeat(70)}${"]".repeat(70)}`),
      right: good,
    },
    {
      rule: "yaml-size",
      title: "A file holds at most 10,000 values.",
      why: "A spec is one tool, written by a person.",
      wrong: elsewhere("inputs: { code: { enum: [ … 20,000 codes … ] } }"),
      right: elsewhere("inputs: { code: { type: string, pattern: '^[A-Z0-9-]{4,16}$' } }"),
    },
    {
      rule: "yaml-number",
      title: "A number can be held exactly.",
      why: "Whole numbers beyond 2^53 are rounded by every JavaScript program, silently.",
      wrong: tool("get_voucher", ...head, "inputs: { a?: { type: integer, maximum: 9007199254740993 } }"),
      right: tool("get_voucher", ...head, "inputs: { a?: { type: integer, maximum: 9007199254740991 } }"),
    },
    {
      rule: "duplicate-key",
      title: "A key stands once in its map.",
      why: "Readers disagree on which of two counts.",
      wrong: tool("get_voucher", ...head, "title: One", "title: Two"),
      right: tool("get_voucher", ...head, "title: One"),
    },
    {
      rule: "forbidden-key",
      title: "No key is __proto__.",
      why: "JavaScript gives it a meaning of its own, which has been used for attacks.",
      wrong: tool("get_voucher", ...head, "inputs: { __proto__: { type: string } }"),
      right: tool("get_voucher", ...head, "inputs: { proto: { type: string } }"),
    },
    {
      rule: "too-many-problems",
      title: "A file shows its first 100 problems.",
      why: "A person mends a few and runs again; a file that is something else altogether has as many as it has lines.",
      wrong: tool("get_voucher", ...head, ...Array.from({ length: 101 }, (_, index) => `key${index}: 1`)),
      right: good,
    },
    {
      rule: "missing-file",
      title: "A specs folder has a server.yaml, and the contract that it names.",
      why: "Everything else is understood from these.",
      wrong: { ...server("upstream: { url: https://api.example.com, openapi: api.yaml }"), ...good },
      right: { ...server("upstream: { url: https://api.example.com }"), ...good },
    },
    {
      rule: "file-size",
      title: "A spec has at most 1 MiB, a contract 32 MiB of JSON or 2 MiB of YAML.",
      why: "What is larger was made by a program for programs. `toolspec import` keeps of a large contract what the tools need.",
      wrong: elsewhere("specs/shop/tools/everything.yaml (3 MiB)"),
      right: elsewhere("specs/shop/tools/get_voucher.yaml (1 KiB)"),
    },
    {
      rule: "unreadable-file",
      title: "A file is a regular file of UTF-8 text, and no link.",
      why: "A link may lead to what its reader may see and its author may not, and code frames would show it.",
      wrong: elsewhere("specs/shop/openapi.yaml -> /home/me/secret.yaml"),
      right: elsewhere("cp /home/me/api.yaml specs/shop/openapi.yaml"),
    },
    {
      rule: "tool-folder",
      title: "tools/ holds files, no folders.",
      why: "The file's name is the tool's; a folder would make two tools of one name possible.",
      wrong: { ...good, ...tool("vouchers/list_vouchers", ...head) },
      right: { ...good, ...tool("list_vouchers", ...head) },
    },
    {
      rule: "stray-file",
      title: "prompts/ and content/ hold the YAML files that they are for.",
      why: "Another file there is one with a slip in its name, which would silently be left out.",
      wrong: { ...good, "prompts/install.md": "# Install\n" },
      right: {
        ...good,
        "prompts/install.yaml": "title: Install\ndescription: Help to install.\nsteps: [{ say: Install it. }]\n",
      },
    },
    {
      rule: "too-many-tools",
      title: "A server has at most 10,000 tools.",
      why: "More are of no use to any model; `toolspec lint` warns from 25 on.",
      wrong: elsewhere("specs/shop/tools/ (12,000 files)"),
      right: elsewhere("specs/orders/tools/, specs/stock/tools/, … (as many servers as there are jobs)"),
    },
    {
      rule: "too-many-files",
      title: "A folder holds at most 100 prompts, or 1,000 entries of a collection.",
      why: "People choose prompts from a menu, and all entries are in memory while the server runs.",
      wrong: elsewhere("specs/shop/prompts/ (140 files)"),
      right: elsewhere("specs/shop/prompts/ (the dozen that people use)"),
    },
  ],
};
