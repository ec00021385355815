/** A chain of calls as source: `z.string().regex(/…/u).optional()`. */
import { type Doc, group, indent, list, softline } from "../print.ts";

/** What a chain begins with, and its calls: `.min(1)`. */
export interface Expression {
  readonly root: string;
  readonly calls: readonly Doc[];
}

/** `z.name(…)`; the name may have dots: `iso.date`. */
export function z(name: string, ...args: readonly Doc[]): Expression {
  const names = ["z", ...name.split(".")];
  return call(named(names.slice(0, -1).join(".")), names.at(-1) as string, ...args);
}

/** A name that stands for a schema. */
export function named(name: string): Expression {
  return { root: name, calls: [] };
}

/** The expression with one more call. */
export function call(expression: Expression, name: string, ...args: readonly Doc[]): Expression {
  const written: Doc = args.length === 0 ? `.${name}()` : [`.${name}`, callArguments(args)];
  return { ...expression, calls: [...expression.calls, written] };
}

/** A call of a function, as an argument: `hasLength(2, 64)`. */
export function apply(name: string, ...args: readonly Doc[]): Doc {
  return [name, callArguments(args)];
}

/** Whether the expression is exactly `z.name()`. */
export function isBare(expression: Expression, name: string): boolean {
  return expression.root === "z" && expression.calls.length === 1 && expression.calls[0] === `.${name}()`;
}

/** A chain that does not fit on one line has each call on a line of its own; a single call stays with its root. */
export function toDoc(expression: Expression): Doc {
  const { root, calls } = expression;
  if (calls.length <= 1) return [root, ...calls];
  return group(root, indent(...calls.map((each) => [softline, each])));
}

/** A single list, object or function stays with its parentheses; anything else may go to lines of its own. */
function callArguments(args: readonly Doc[]): Doc {
  if (args.length === 1 && /^[[{(]/.test(firstText(args[0] as Doc))) return ["(", args[0] as Doc, ")"];
  return list("(", args, ")");
}

function firstText(doc: Doc): string {
  if (typeof doc === "string") return doc;
  if ("kind" in doc) return "of" in doc ? firstText(doc.of) : "";
  return doc.length === 0 ? "" : firstText(doc[0] as Doc);
}
