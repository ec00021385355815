import { spawn } from "node:child_process";
import { delimiter } from "node:path";

/** Start a program with arguments; no shell, so that nothing in a URL is ever a command. */
type Command = readonly [program: string, ...args: string[]];

/**
 * Open a page in the user's browser. Whoever has none reads the URL on stderr, so that nothing here is an error.
 *
 * `$BROWSER` comes first, as the programs of a Unix desktop read it: a list of commands, `%s` standing for the URL.
 */
export async function openBrowser(url: URL, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  for (const command of [...fromVariable(env.BROWSER ?? "", url.href), systemCommand(process.platform, url.href)])
    if (await start(command, env)) return;
}

function fromVariable(variable: string, url: string): readonly Command[] {
  return variable
    .split(delimiter)
    .map((entry) => entry.trim().split(/\s+/))
    .filter(([program]) => program !== "")
    .map((words) => {
      const isTemplate = words.some((word) => word.includes("%s"));
      const [program = "", ...args] = words.map((word) => word.replaceAll("%s", () => url));
      return [program, ...args, ...(isTemplate ? [] : [url])];
    });
}

function systemCommand(platform: NodeJS.Platform, url: string): Command {
  if (platform === "darwin") return ["open", url];
  if (platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler", url];
  return ["xdg-open", url];
}

/** Whether the program could be started; what it does then is its own business. */
function start([program, ...args]: Command, env: NodeJS.ProcessEnv): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, detached: true, stdio: "ignore", windowsHide: true });
    child.once("error", () => resolve(false));
    child.once("spawn", () => resolve(true));
    child.unref();
  });
}
