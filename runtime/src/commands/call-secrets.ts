import type { Environment } from "../config.ts";
import { CommandProblem } from "./store-command.ts";

/**
 * What looks like a secret: a JWT, or a credential with one of the prefixes that vendors give theirs so that they are found.
 *
 * Command lines stand in the shell's history, and every process of the machine can read them.
 */
const secretForms =
  /\beyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*|\b(?:sk|pk|rk)_(?:live|test)_\w{8,}|\bsk-[\w-]{16,}|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bxox[abprs]-[\w-]{10,}|\bAKIA[0-9A-Z]{16}\b|\bglpat-[\w-]{16,}|-----BEGIN [A-Z ]*PRIVATE KEY-----|\b[a-z]{2,12}_(?:ak|sk|pk|at)_[\w-]{16,}/;

/** Names of headers that carry credentials. */
const secretHeaders = /^(?:authorization|proxy-authorization|cookie)$|key|token|secret|password|credential/i;

/**
 * Refuse a secret that stands in the command line, without repeating it.
 *
 * @param where what it was given as: `--input`, or the name of an argument
 * @throws CommandProblem
 */
export function refuseSecret(where: string, text: string, mend: string): void {
  if (secretForms.test(text)) {
    throw new CommandProblem("usage", `${where} looks like a secret, and others can read command lines. ${mend}`);
  }
}

/**
 * Read `Name: value` with the `\${NAME}` in it filled in from the environment.
 *
 * @throws CommandProblem when it is no header, a variable is not set, or it holds a secret in plain text
 */
export function readHeader(text: string, variables: Environment): readonly [name: string, value: string] {
  const [, name = "", written = ""] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*)$/s.exec(text) ?? [];
  if (name === "")
    throw new CommandProblem("usage", "--header takes a name and a value: --header 'X-API-Key: ${NAME}'.");
  const mend = `Put it into a variable and name that, in single quotes: --header '${name}: \${NAME}'.`;
  const bare = written.replaceAll(variable, "").replace(/^(?:Bearer|Basic)\s*/i, "");
  if (secretHeaders.test(name) && bare !== "")
    throw new CommandProblem("usage", `--header ${name} holds a secret, and others can read command lines. ${mend}`);
  refuseSecret(`--header ${name}`, written, mend);
  const value = fillVariables(written, variables, `--header ${name}`);
  if (!/^[\x20-\x7e]*$/.test(value)) throw new CommandProblem("usage", `--header ${name} must be printable ASCII.`);
  return [name, value];
}

const variable = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Fill in the `\${NAME}` of a text. @throws CommandProblem that names the variable that is not set */
export function fillVariables(text: string, variables: Environment, where: string): string {
  return text.replaceAll(variable, (_whole, name: string) => {
    const value = variables[name];
    if (value === undefined)
      throw new CommandProblem("usage", `${where} names ${name}, which is not set in the environment.`);
    return value;
  });
}
