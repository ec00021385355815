import { expect, test } from "vitest";
import { parseCurl } from "./curl.ts";

test("reads method, address, headers and JSON, and leaves credentials out", () => {
  const command = `curl -sS -X PATCH 'https://api.example.com/v1/orders/42?notify=true' \\
    -H "Authorization: Bearer s3cret" -H 'X-Api-Key: k' -H 'X-Tenant: 7' -u me:pw -b sid=1 -d '{"note":"it'"'"'s"}' | jq .`;
  const read = parseCurl(command);
  expect(read).toEqual({
    method: "PATCH",
    url: "https://api.example.com/v1/orders/42?notify=true",
    headers: [["X-Tenant", "7"]],
    body: { kind: "json", value: { note: "it's" } },
  });
  expect(JSON.stringify(read)).not.toMatch(/s3cret|sid|me:pw/);
});

test.each([
  ["curl https://x.example/a", { method: "GET", body: undefined }],
  ["curl -I https://x.example/a", { method: "HEAD" }],
  [
    "curl https://x.example/a -d a=1 -d b=2",
    {
      method: "POST",
      body: {
        kind: "form",
        fields: [
          ["a", false],
          ["b", false],
        ],
      },
    },
  ],
  ["curl -G https://x.example/a -d q=1", { method: "GET", url: "https://x.example/a?q=1" }],
  [
    "curl --request=PUT --url https://x.example/a -F file=@cat.png",
    { method: "PUT", body: { kind: "multipart", fields: [["file", true]] } },
  ],
  ["curl https://x.example/$(whoami)`id`", { url: "https://x.example/$(whoami)`id`" }],
])("reads %s and runs nothing", (command, expected) => {
  expect(parseCurl(command)).toMatchObject(expected);
});

test.each([
  "wget https://x.example",
  "curl",
  "curl https://x.example -d @secret.json",
  "curl 'https://x.example",
  "curl https://x.example --json '{'",
])("says what is wrong with %s", (command) => {
  expect(parseCurl(command)).toEqual({ message: expect.any(String), mend: expect.any(String) });
});
