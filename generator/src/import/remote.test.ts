import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { namedHosts } from "./hosts.ts";
import { isPublic } from "./public-address.ts";
import { type BundleOptions, bundle as bundleAll } from "./remote.ts";

async function listen(answer: RequestListener) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { asked, port: (server.address() as AddressInfo).port };
}

const pet = JSON.stringify({ Pet: { type: "string" } });
const refers = (ref: string) => JSON.stringify({ a: { $ref: ref } });
const from = (location: string, ...hosts: string[]) => ({
  location,
  home: "/nowhere",
  allowRemote: true,
  hosts: namedHosts(hosts),
  signal: undefined,
});
const bundle = async (text: string, options: BundleOptions) => (await bundleAll(text, options)).read;
const unreadable = (reason: string, mend = "") => ({
  kind: "unreadable",
  reason: expect.stringContaining(reason),
  mend: expect.stringContaining(mend),
});

test("follows an address to its own host and to named ones alone", async () => {
  const { asked, port } = await listen((_, response) => response.end(pet));
  const [own, other] = [`127.0.0.1:${port}`, `localhost:${port}`];
  const text = refers(`http://${own}/parts.json#/Pet`);
  expect(await bundle(text, from(`http://${own}/api.json`, own))).toMatchObject({ kind: "text" });
  expect(await bundle(text, from(`http://${other}/api.json`, other))).toMatchObject(unreadable("not of the same host"));
  expect(await bundle(text, from(`http://${other}/api.json`, other, "127.0.0.1"))).toMatchObject({ kind: "text" });
  expect(await bundle(refers("file:///etc/passwd"), from(`http://${own}/api.json`, own))).toMatchObject({
    kind: "unreadable",
  });
  expect(await bundle(refers(`http://me:pw@${own}/`), from("/nowhere/api.json", own))).toMatchObject(
    unreadable("a user's name"),
  );
  expect(asked).toEqual(["/parts.json", "/parts.json"]);
});

test("asks only public addresses for a document on disk, unless the host is named", async () => {
  const { asked, port } = await listen((_, response) => response.end(pet));
  for (const host of ["127.0.0.1", "localhost", "[::1]", "0x7f.1", "[::ffff:127.0.0.1]"]) {
    const result = await bundle(refers(`http://${host}:${port}/p.json`), from("/nowhere/api.json"));
    expect(result, host).toMatchObject(unreadable("not everybody reaches", "--allow-host"));
  }
  expect(asked).toEqual([]);
  const named = from("/nowhere/api.json", `localhost:${port}`);
  expect(await bundle(refers(`http://localhost:${port}/p.json`), named)).toMatchObject({ kind: "text" });
});

test("follows redirects to the same and to named hosts alone", async () => {
  const { asked, port } = await listen(({ url = "" }, response) => {
    const place = { "/same": "/there", "/other": `http://localhost:${port}/there`, "/round": "/round" }[url];
    if (place === undefined) response.end(pet);
    else response.writeHead(302, { location: place }).end();
  });
  const own = `127.0.0.1:${port}`;
  const follow = (path: string, ...more: string[]) =>
    bundle(refers(`http://${own}${path}`), from(`http://${own}/api.json`, own, ...more));
  expect(await follow("/same")).toMatchObject({ kind: "text" });
  expect(await follow("/round")).toMatchObject(unreadable("redirects more than"));
  asked.length = 0;
  expect(await follow("/other")).toMatchObject(
    unreadable(`redirects to http://localhost:${port}, which is not of the same host; if that is meant, name it`),
  );
  expect(asked).toEqual(["/other"]);
  expect(await follow("/other", "localhost")).toMatchObject({ kind: "text" });
});

test("does not follow a link out of the project", async () => {
  const folder = mkdtempSync(join(tmpdir(), "toolspec-links-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const home = join(folder, "project");
  mkdirSync(join(home, "parts"), { recursive: true });
  writeFileSync(join(folder, "secret.json"), pet);
  writeFileSync(join(home, "parts/pet.json"), pet);
  symlinkSync("../secret.json", join(home, "out.json"));
  symlinkSync("parts/pet.json", join(home, "in.json"));
  const api = { ...from(join(home, "api.json")), home };
  expect(await bundle(refers("out.json#/Pet"), api)).toMatchObject(unreadable("neither in this project"));
  expect(await bundle(refers("in.json#/Pet"), api)).toMatchObject({ kind: "text" });
});

test.each([
  ["93.184.215.14", true],
  ["2606:2800:21f:cb07::1", true],
  ["10.1.2.3", false],
  ["169.254.169.254", false],
  ["100.64.0.1", false],
  ["::ffff:8.8.8.8", false],
  ["fe80::1%eth0", false],
  ["fd00::1", false],
])("tells that everybody reaches %s: %s", (address, expected) => {
  expect(isPublic(address)).toBe(expected);
});
