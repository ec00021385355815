/** A real browser for tests that walk a person's path: Debian's Chromium, driven by Playwright. */
import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { promisify } from "node:util";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, onTestFinished } from "vitest";

const executablePath = "/usr/bin/chromium";

/** Milliseconds for downloading and unpacking Chromium, some 100 MB, on a slow line; and for waiting until another test has. */
const installTimeoutMs = 480_000;

/** Milliseconds for a test that may have to install the browser first. */
export const browserTestTimeoutMs = installTimeoutMs + 120_000;

/** Chromium looks for updates, for Google's hosts and for a faster protocol, none of which a test machine reaches. */
const quiet = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * One headless Chromium for the tests of a file, because it takes longer to start than to use; the first test that asks starts it.
 * It runs without its sandbox, which needs rights that containers lack: show it pages of ours only.
 *
 * @returns what opens a page in an empty profile of its own, closed with the test. It throws an Error saying how to install the
 * browser, where that is missing and cannot be installed: a test is never skipped for that.
 */
export function shareBrowser(): (profile?: BrowserContextOptions) => Promise<Page> {
  let browser: Promise<Browser> | undefined;
  afterAll(async () => void (await (await browser?.catch(() => undefined))?.close()));
  return async (profile) => {
    browser ??= launch();
    const context = await (await browser).newContext(profile);
    onTestFinished(() => context.close());
    return await context.newPage();
  };
}

async function launch(): Promise<Browser> {
  if (!(await isExecutable(executablePath))) await install();
  return await chromium.launch({ executablePath, args: quiet, chromiumSandbox: false });
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Install Debian's package, one process at a time: apt-get would fail on its own lock. */
async function install(): Promise<void> {
  const advice = `Tests with a browser need ${executablePath}. Install it as root: apt-get update && apt-get install -y chromium`;
  if (process.getuid?.() !== 0 || !(await isExecutable("/usr/bin/apt-get"))) throw new Error(advice);
  const script = `test -x ${executablePath} || { apt-get update -q && apt-get install -qy --no-install-recommends chromium; }`;
  const lock = ["--wait", String(installTimeoutMs / 1000), "/tmp/toolspec-install-chromium.lock"];
  await promisify(execFile)("flock", [...lock, "sh", "-c", script], {
    timeout: installTimeoutMs,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  }).catch((cause: unknown) => {
    throw new Error(advice, { cause });
  });
}
