import type { Finding, Rule } from "../ir/draft.ts";
import { shown } from "../spec/problem.ts";

/** RFC 9110, section 5.1: a field name is a token. */
const token = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

/** RFC 9110, section 5.5: visible characters, with blanks between them. Others would need an encoding that nobody agreed on. */
const fieldValue = /^(?:[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?)?$/;

/** Names of headers and cookies, and constants that go into headers, are such that they cannot begin another one. */
export const headerForm: Rule = ({ tools }) =>
  tools.flatMap(({ file, inputs, request }): Finding[] => {
    const constants = Object.entries(request?.constants.headers ?? {});
    const names = [
      ...inputs.filter(({ place }) => place === "header").map(({ as, path }) => ({ name: as.join("."), path })),
      ...constants.map(([name]) => ({ name, path: ["request", "headers", name] })),
    ];
    const badNames = names
      .filter(({ name }) => !token.test(name))
      .map(({ name, path }): Finding => {
        const message = `${shown(name)} is no header name`;
        const mend = "use letters, digits and -, as in X-Request-Id";
        return { rule: "header-form", file, path, part: "key", message, mend };
      });
    const badValues = constants
      .filter(([, value]) => !fieldValue.test(String(value)))
      .map(([name, value]): Finding => {
        const message = `the header ${shown(name)} cannot carry ${shown(value)}`;
        const mend = "write one line of ASCII characters, without blanks at its ends";
        return { rule: "header-form", file, path: ["request", "headers", name], message, mend };
      });
    const badCookies = inputs
      .filter(({ place, as }) => place === "cookie" && !token.test(as.join(".")))
      .map(({ as, path }): Finding => {
        const message = `${shown(as.join("."))} is no name of a cookie`;
        return { rule: "header-form", file, path, part: "key", message, mend: "use letters, digits, - and _" };
      });
    return [...badNames, ...badCookies, ...badValues];
  });
