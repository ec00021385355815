import { describe, expect, it } from "vitest";
import { definitionFor } from "./fixture.ts";
import { readOptions } from "./options.ts";

const definition = definitionFor("https://api.example.com/mcp");
const read = (args: readonly string[], env = {}) => readOptions(definition, args, env);

describe("arguments", () => {
  it("are the definition's where nothing is given", () => {
    const { url } = definition;
    expect(read([])).toEqual({ command: "serve", url, scopes: ["mcp:read"], toolsets: undefined });
  });

  it("win over the environment, which wins over the definition", () => {
    const env = { ACME_PAY_MCP_URL: "https://env.example.com/mcp" };
    expect(read(["login"], env)).toMatchObject({ command: "login", url: "https://env.example.com/mcp" });
    expect(read(["--url", "HTTPS://Flag.example.com:443/mcp#x"], env).url).toBe("https://flag.example.com/mcp");
    expect(read([], { ACME_PAY_MCP_URL: "" }).url).toBe("https://api.example.com/mcp");
  });

  it("name scopes with commas, spaces or both", () => {
    expect(read(["--scopes", "mcp:read, mcp:write,mcp:read"]).scopes).toEqual(["mcp:read", "mcp:write"]);
  });

  it("name toolsets, which are no part of the URL that the grant is kept by", () => {
    const env = { ACME_PAY_MCP_TOOLSETS: "billing" };
    expect(read([], env)).toMatchObject({ toolsets: "billing", url: definition.url });
    expect(read(["--toolsets", "refunds, all"], env).toolsets).toBe("refunds,all");
    expect(() => read([], { ACME_PAY_MCP_TOOLSETS: "a\r\nb: c" })).toThrow(
      "ACME_PAY_MCP_TOOLSETS holds what is no name",
    );
  });

  it.each(["http://127.0.0.1:3/mcp", "http://localhost:3/mcp", "http://[::1]:3/mcp"])("may name %s", (url) => {
    expect(read(["--url", url]).url).toBe(url);
  });

  it("ask for help whatever else is wrong", () => {
    expect(read(["--help", "--url", "nonsense"]).command).toBe("help");
    expect(read(["-V"], { ACME_PAY_MCP_URL: "nonsense" }).command).toBe("version");
  });

  it.each([
    [["--urll", "x"], "'--urll'"],
    [["--url"], "--url"],
    [["logn"], 'no command "logn"'],
    [["login", "now"], 'no command "login now"'],
    [["--url", "nonsense"], "--url is not a URL"],
    [["--url", "http://example.com/mcp"], "must be an https URL"],
    [["--url", "http://127.evil.com/mcp"], "must be an https URL"],
    [["--url", "ftp://127.0.0.1/mcp"], "must be an https URL"],
    [["--url", "https://ada:pw@example.com/mcp"], "password"],
    [["--scopes", ","], "names no scope"],
    [["--scopes", 'a"b'], "--scopes holds a character"],
  ])("%j are refused", (args, message) => {
    expect(() => read(args)).toThrow(message);
    try {
      read(args);
    } catch (error) {
      expect(error).toMatchObject({ kind: "usage" });
    }
  });

  it("name the variable that is wrong", () => {
    expect(() => read([], { ACME_PAY_MCP_URL: "nonsense" })).toThrow("ACME_PAY_MCP_URL is not a URL");
  });
});
