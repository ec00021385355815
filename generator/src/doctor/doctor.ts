import { styleText } from "node:util";
import { examineRuntime } from "../handover.ts";
import { type Check, fault } from "./check.ts";
import { endpointChecks } from "./endpoint.ts";
import { modesCheck, nodeCheck, packagesCheck } from "./machine.ts";
import { factsOf, filled, specsChecks, variablesCheck } from "./specs.ts";
import { upstreamChecks } from "./upstream.ts";

export interface DoctorOptions {
  readonly folders: readonly string[];
  /** A server to look at as a client does. */
  readonly url?: string | undefined;
  /** `Name: value`, with `${NAME}` for what nobody should see in a list of processes. */
  readonly headers: readonly string[];
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Look at everything that a server needs here, and at one that runs if it is named. Sends nothing that was not asked for. */
export async function examine({ folders, url, headers, cwd, environment }: DoctorOptions): Promise<readonly Check[]> {
  const facts = folders.flatMap((folder) => factsOf(folder, cwd) ?? []);
  const [only, ...others] = facts;
  const server = only === undefined || others.length > 0 ? undefined : { name: only.name, path: only.path };
  const runtime = await examineRuntime({ server, environment });
  const local = [
    nodeCheck(),
    packagesCheck(runtime?.version),
    ...(folders.length === 0 ? [] : await specsChecks(folders, cwd)),
  ];
  const upstreams: Check[] = [];
  for (const one of facts)
    upstreams.push(variablesCheck(one, environment), ...(await upstreamChecks(one, environment)));
  const endpoint = url === undefined ? [] : await endpointOf(url, headers, environment);
  return [...local, ...upstreams, ...(runtime?.findings ?? []), ...modesCheck(cwd), ...endpoint];
}

async function endpointOf(
  url: string,
  headers: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<readonly Check[]> {
  const read: Record<string, string> = {};
  for (const header of headers) {
    const [name = "", value = ""] = header.split(/:(.*)/s).map((part) => part.trim());
    const whole = filled(value, environment);
    if (whole === undefined)
      return [
        fault(
          "identity",
          `the variable in --header ${name} is not set`,
          `export it: ${value.replace(/^.*\$\{([^}:]+).*$/, "$1")}=…`,
        ),
      ];
    read[name.toLowerCase()] = whole;
  }
  return endpointChecks({ url, headers: read });
}

/** One line a check, with the mend below where something is to be done. */
export function doctorText(checks: readonly Check[], colour: boolean): string {
  const paint = (style: "green" | "yellow" | "red", text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const signs = { ok: paint("green", "✔"), warning: paint("yellow", "▲"), problem: paint("red", "✗") };
  const lines = checks.flatMap(({ check, state, message, mend }) => [
    `${signs[state]} ${check.padEnd(nameWidth)} ${message}`,
    ...(mend === undefined ? [] : [`${" ".repeat(nameWidth + 3)}${mend}`]),
  ]);
  const count = (wanted: Check["state"]) => checks.filter(({ state }) => state === wanted).length;
  const verdict = count("problem") > 0 ? "problem" : count("warning") > 0 ? "warning" : "ok";
  return `${[...lines, `${signs[verdict]} ${plural(count("problem"), "problem")}, ${plural(count("warning"), "warning")}, ${count("ok")} fine`].join("\n")}\n`;
}

/** Characters of the longest check's name. */
const nameWidth = 14;

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
