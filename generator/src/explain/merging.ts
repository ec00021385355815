import { type Area, text } from "./explanation.ts";

/** What `import --merge` says of a document and the files that a person has changed. */
export const merging: Area = {
  title: "Merging a new document",
  explanations: [
    {
      rule: "merge-conflict",
      title: "What you have changed stays, also where upstream has changed it too.",
      why: "Only a person can tell which of two texts is right. It is told once: the next merge compares with the document of this one.",
      wrong: {
        "": text("description: Find orders, newest first. # yours; upstream says: List orders with their totals."),
      },
      right: { "": text("description: Find orders with their totals, newest first.") },
    },
    {
      rule: "merge-new-input",
      title: "A tool whose inputs you have chosen gets no new ones by itself.",
      why: "Which arguments a model sees is your decision, and every one costs tokens. Where the names are those of the import, new ones are added.",
      wrong: { "": text("inputs: [state] # upstream takes sort now") },
      right: { "": text("inputs: [state, sort]") },
    },
    {
      rule: "merge-required-input",
      title: "A tool sends everything that the upstream requires.",
      why: "The upstream refuses every call without it, and no code is generated before some input or a constant of request sends it.",
      wrong: { "": text("inputs: [name] # upstream requires due_date now") },
      right: { "": text("inputs: [name, due_date]") },
    },
    {
      rule: "merge-gone-input",
      title: "A tool sends nothing that the upstream takes no more.",
      why: "You have written something about the input, so it is not taken out for you.",
      wrong: { "": text("inputs:", "  sort?: { description: By what. } # gone upstream") },
      right: { "": text("inputs:", "  state?:") },
    },
    {
      rule: "merge-tool-group",
      title: "Groups under tools: name every tool.",
      why: "In which group a new tool stands, and where, is what models and people read it by.",
      wrong: { "": text("tools:", "  Orders: [list_orders] # cancel_order is new") },
      right: { "": text("tools:", "  Orders: [list_orders, cancel_order]") },
    },
  ],
};
