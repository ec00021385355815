import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

const relay = (rest: string) => `relay: { ${rest} }\n`;

test("refuses a header that the server sets for another purpose", async () => {
  const server = relay("header: Authorization, secret: '${RELAY}'");
  expect(await problemsOf({ server, tools: {} })).toEqual([
    "server.yaml:10:18 relay-header: the header Authorization is set by the server for another purpose | choose another name",
  ]);
});

test("refuses a secret in the file or with a default, and takes an empty default of the key id", async () => {
  expect(await problemsOf({ server: relay("header: X-R, secret: hunter2"), tools: {} })).toEqual([
    "server.yaml:10:31 literal-secret: relay.secret: a secret does not stand in the file | write the name of an environment variable alone: ${NAME}",
  ]);
  const server = relay("header: X-R, secret: '${RELAY:-x}', keyId: '${KEY:-}'");
  expect(await problemsOf({ server, tools: {} })).toEqual([
    "server.yaml:10:31 secret-default: relay.secret: a secret has no default | write the name of an environment variable alone: ${NAME}",
  ]);
});

test("lets no input set the relay's header", async () => {
  const server = relay("header: X-R, secret: '${RELAY}'");
  const tools = { a: "description: R.\nrequest: GET /v\ninputs: { x: { type: string, in: header, as: X-r } }\n" };
  expect(await problemsOf({ server, tools })).toEqual([
    "tools/a.yaml:3:11 reserved-header: the header X-r is set by the server itself | remove it",
  ]);
});
