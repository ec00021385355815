import { expect, test } from "vitest";
import { problemsOf } from "../../../test/golden/folder.ts";

const get = "description: Read one.\nscope: READ\nrequest: GET /v/{code}\ninputs: { code: string }\n";

test("refuses a file name that is no snake_case name", async () => {
  expect(await problemsOf({ tools: { getVoucher: get, "get-it": get, "1st": get } })).toEqual([
    'tools/1st.yaml:1:1 tool-name: "1st" is no tool name: lower-case letters, digits and _, at most 40 | rename the file to st.yaml',
    'tools/get-it.yaml:1:1 tool-name: "get-it" is no tool name: lower-case letters, digits and _, at most 40 | rename the file to get_it.yaml',
    'tools/getVoucher.yaml:1:1 tool-name: "getVoucher" is no tool name: lower-case letters, digits and _, at most 40 | rename the file to get_voucher.yaml',
  ]);
});

test("refuses a name of 41 letters and takes one of 40", async () => {
  expect(await problemsOf({ tools: { ["a".repeat(41)]: get } })).toHaveLength(1);
  expect(await problemsOf({ tools: { ["a".repeat(40)]: get } })).toEqual([]);
});
