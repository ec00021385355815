import { type Area, type Example, text } from "./explanation.ts";

const yours = (...lines: readonly string[]): Example => ({ "": text(...lines) });

/** What `toolspec import --merge` says: two people have written, and one of them has to decide. */
export const merges: Area = {
  title: "Merging a new document into specs",
  explanations: [
    {
      rule: "merge-conflict",
      title: "What you and upstream both have changed is compared by you.",
      why: "What a person wrote always stays. It is told once: the next merge takes upstream's words as known.",
      wrong: yours(
        "description: Issue a voucher to a customer.  # yours; upstream says: Create a voucher, or renew one.",
      ),
      right: yours("description: Issue a voucher to a customer, or renew one."),
    },
    {
      rule: "merge-new-input",
      title: "A new field of upstream's is an input where you want it to be one.",
      why: "You have written the list of inputs, so nothing is added to it; models do well without what they seldom need.",
      wrong: yours("inputs: [code, amount]  # upstream takes note, too"),
      right: yours("inputs: [code, amount, note]"),
    },
    {
      rule: "merge-required-input",
      title: "What upstream requires now is sent.",
      why: "Without it every call would be refused, so this is an error until an input or a constant sends it.",
      wrong: yours("inputs: [code, amount]  # upstream requires currency"),
      right: yours("inputs: [code, amount, currency]"),
    },
    {
      rule: "merge-gone-input",
      title: "An input that upstream takes no more is taken out.",
      why: "Generating would refuse it, because it goes nowhere.",
      wrong: yours("inputs: [code, color]  # upstream takes color no more"),
      right: yours("inputs: [code]"),
    },
    {
      rule: "merge-tool-group",
      title: "With groups in server.yaml, every new tool stands in one.",
      why: "Which group it belongs to is yours to say, and without one the server would not generate.",
      wrong: yours("tools: { Vouchers: [get_voucher] }  # list_vouchers is new"),
      right: yours("tools: { Vouchers: [get_voucher, list_vouchers] }"),
    },
  ],
};
