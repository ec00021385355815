import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, it } from "vitest";
import { openBrowser } from "./browser.ts";
import { temporary, until } from "./fixture.ts";

const url = new URL("https://login.example.com/a?x=$(touch+pwned)&y='%22;%s");

/** A program that writes down what it was called with. */
function makeProgram(folder: string, name: string): { program: string; called: () => string } {
  const file = join(folder, `${name}.txt`);
  const program = join(folder, name);
  writeFileSync(
    program,
    `#!${process.execPath}\nimport("node:fs").then((fs) => { fs.writeFileSync("${file}.tmp", process.argv.slice(2).join("|")); fs.renameSync("${file}.tmp", "${file}"); });\n`,
  );
  chmodSync(program, 0o755);
  return { program, called: () => (existsSync(file) ? readFileSync(file, "utf8") : "") };
}

it("starts the first program of $BROWSER that there is, with the URL as one argument", async () => {
  const folder = temporary();
  const { program, called } = makeProgram(folder, "browser");
  await openBrowser(url, { ...process.env, BROWSER: ["/nowhere/browser", `${program} --new`].join(delimiter) });
  await until(() => called() !== "");
  expect(called()).toBe(`--new|${url.href}`);
});

it("puts the URL where $BROWSER wants it", async () => {
  const { program, called } = makeProgram(temporary(), "browser");
  await openBrowser(url, { ...process.env, BROWSER: `${program} --app=%s --quiet` });
  await until(() => called() !== "");
  expect(called()).toBe(`--app=${url.href}|--quiet`);
});

it.runIf(process.platform === "linux")("asks the desktop where $BROWSER is not set", async () => {
  const folder = join(temporary(), "bin");
  mkdirSync(folder);
  const { called } = makeProgram(folder, "xdg-open");
  await openBrowser(url, { PATH: folder });
  await until(() => called() !== "");
  expect(called()).toBe(url.href);
});

it("is content where there is no browser at all", async () => {
  await expect(openBrowser(url, { PATH: "/nowhere", BROWSER: "/nowhere/browser" })).resolves.toBeUndefined();
});
