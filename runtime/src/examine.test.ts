import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { examine } from "./examine.ts";
import { openSqliteFile } from "./store/sqlite-file.ts";

const folder = mkdtempSync(join(tmpdir(), "toolspec-examine-"));
afterAll(() => rmSync(folder, { recursive: true }));
const look = (environment: Record<string, string>) =>
  examine({ server: { name: "shop", path: "/mcp" }, environment: { TOOLSPEC_PORT: "0", ...environment } });

it("looks at a store without touching it", async () => {
  const file = join(folder, "store.sqlite");
  expect(await look({ TOOLSPEC_DATA: file })).toMatchObject([{}, { check: "store", state: "ok" }]);
  const database = openSqliteFile(file);
  expect(await look({ TOOLSPEC_DATA: file })).toMatchObject([
    {},
    { state: "warning", message: expect.stringMatching(/version 0 of \d+$/) },
  ]);
  database.exec("create table toolspec_migrations (number integer); insert into toolspec_migrations values (999)");
  database.close();
  chmodSync(file, 0o640);
  expect(await look({ TOOLSPEC_DATA: file })).toMatchObject([
    {},
    { check: "store", state: "problem", mend: expect.stringContaining("newer program") },
    { check: "file-modes", state: "warning", mend: `chmod 600 ${file}` },
  ]);
});

it("tells its own server on the port from another program", async () => {
  let name = "shop";
  const server = createServer((_request, response) => void response.end(JSON.stringify({ name })));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const environment = { TOOLSPEC_PORT: String(port), TOOLSPEC_DATA: ":memory:" };
  expect((await look(environment))[0]).toMatchObject({ state: "ok", message: `shop is served on port ${port}` });
  name = "other";
  expect((await look(environment))[0]).toMatchObject({
    state: "warning",
    message: `port ${port} is taken by the server "other"`,
  });
  await new Promise((resolve) => server.close(resolve));
  expect((await look(environment))[0]).toMatchObject({ state: "ok", message: `port ${port} is free` });
});

it("says which setting is wrong, and when no database answers", async () => {
  expect(await look({ TOOLSPEC_PORT: "high" })).toMatchObject([{ check: "settings", state: "problem" }]);
  expect(await look({ DATABASE_URL: "postgresql://ada:secret@127.0.0.1:9/shop" })).toMatchObject([
    {},
    { check: "store", unreachable: true, message: "no database answers at 127.0.0.1:9" },
  ]);
});
