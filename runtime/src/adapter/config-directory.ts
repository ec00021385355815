import { posix, win32 } from "node:path";

/** What decides where a user's settings lie. */
export interface Home {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home directory, absolute. */
  readonly homedir: string;
}

/**
 * The folder for the grants of the adapter `name`: below `$XDG_CONFIG_HOME` or `~/.config`, `~/Library/Application Support` on macOS,
 * `%APPDATA%` on Windows.
 *
 * A relative `XDG_CONFIG_HOME` is ignored, as the XDG Base Directory Specification asks.
 */
export function configDirectory(name: string, { platform, env, homedir }: Home): string {
  const folder = `${name}-mcp`;
  if (platform === "win32") return win32.join(env.APPDATA || win32.join(homedir, "AppData", "Roaming"), folder);
  if (platform === "darwin") return posix.join(homedir, "Library", "Application Support", folder);
  const given = env.XDG_CONFIG_HOME;
  return posix.join(given?.startsWith("/") ? given : posix.join(homedir, ".config"), folder);
}
