import { describe, expect, it } from "vitest";
import { configDirectory } from "./config-directory.ts";

describe("the folder of grants", () => {
  it.each([
    ["~/.config on Linux", "linux", {}, "/home/ada/.config/acme-mcp"],
    ["$XDG_CONFIG_HOME where it is set", "linux", { XDG_CONFIG_HOME: "/etc/ada" }, "/etc/ada/acme-mcp"],
    ["~/.config where that is relative", "linux", { XDG_CONFIG_HOME: "ada" }, "/home/ada/.config/acme-mcp"],
    ["~/.config where that is empty", "freebsd", { XDG_CONFIG_HOME: "" }, "/home/ada/.config/acme-mcp"],
    ["Application Support on macOS", "darwin", {}, "/home/ada/Library/Application Support/acme-mcp"],
    ["%APPDATA% on Windows", "win32", { APPDATA: "C:\\ada\\Roaming" }, "C:\\ada\\Roaming\\acme-mcp"],
    ["AppData below home without it", "win32", {}, "\\home\\ada\\AppData\\Roaming\\acme-mcp"],
  ] as const)("is below %s", (_what, platform, env, expected) => {
    expect(configDirectory("acme", { platform, env, homedir: "/home/ada" })).toBe(expected);
  });
});
