import { describe, expect, it } from "vitest";
import { type Answer, json, reply, startFaultyUpstream } from "../faulty-upstream.ts";
import { eras } from "../wire.ts";
import { startSystem } from "./system.ts";

/** `[name, what the upstream sends, the text of the tool result, structured content as it must stand on the wire]` */
const kept: readonly (readonly [name: string, sent: string, text: string, structured: string])[] = [
  ["numbers beyond 2^53", '{"id":9007199254740993}', '{"id":9007199254740993}', '{"id":9007199254740993}'],
  ["numbers beyond any double", '{"n":1e400,"m":-0.1e-400}', '{"n":1e400,"m":-0.1e-400}', '{"n":1e400,"m":-0.1e-400}'],
  [
    "digits beyond a double's",
    '{"n":0.12345678901234567890}',
    '{"n":0.12345678901234567890}',
    '{"n":0.12345678901234567890}',
  ],
  ["its own white space", '{ "a" : [ 1 ,\n2 ] }', '{ "a" : [ 1 ,\n2 ] }', '{"a":[1,2]}'],
  ["1.0, the same number as 1", '{"price":1.0}', '{"price":1.0}', '{"price":1}'],
  ["keys that come twice, of which the last counts", '{"a":1,"a":2}', '{"a":1,"a":2}', '{"a":2}'],
  ["the words NaN and null in texts", '{"a":"NaN","b":null}', '{"a":"NaN","b":null}', '{"a":"NaN","b":null}'],
  [
    "an array, as the result of an object",
    "[1,9007199254740993]",
    '{"result":[1,9007199254740993]}',
    '{"result":[1,9007199254740993]}',
  ],
  ["a single number, likewise", " 9007199254740993 ", '{"result":9007199254740993}', '{"result":9007199254740993}'],
];

describe.each(eras)("replies over %s", (era) => {
  it.each(kept)("keep %s", async (_name, sent, text, structured) => {
    const upstream = await startFaultyUpstream();
    const system = await startSystem({ upstreamUrl: upstream.url });
    upstream.answer = json(sent);
    const answer = await system.call("list_campaigns", {}, { era });
    expect(answer.json.result.isError ?? false).toBe(false);
    expect(answer.json.result.content[0].text).toBe(text);
    expect(answer.text).toContain(`"structuredContent":${structured}`);
  });

  it.each<[string, Answer]>([
    ["200 without a body", reply("200 OK", ["content-type: application/json"], "")],
    ["204", (socket) => socket.end("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")],
  ])("make an empty object of %s", async (_name, answer) => {
    const upstream = await startFaultyUpstream();
    const system = await startSystem({ upstreamUrl: upstream.url });
    upstream.answer = answer;
    const { result } = (await system.call("list_campaigns", {}, { era })).json;
    expect([result.content[0].text, result.structuredContent]).toEqual(["{}", {}]);
  });

  it.each([
    ["{}", '{"dry_run":true}'],
    ['{"valid":true}', '{"dry_run":true,"valid":true}'],
    ['{"dry_run":true,"id":9007199254740993}', '{"dry_run":true,"id":9007199254740993}'],
    ["[1]", '{"dry_run":true,"result":[1]}'],
  ])("of a dry run say so once: %s", async (sent, told) => {
    const upstream = await startFaultyUpstream();
    const system = await startSystem({ upstreamUrl: upstream.url });
    upstream.answer = json(sent);
    const answer = await system.call("create_voucher", { ...tenPercent, dry_run: true }, { era });
    expect(answer.json.result.content[0].text).toBe(told);
    expect(answer.text).toContain(`"structuredContent":${told}`);
    expect(upstream.requests[0]).toMatch(/^POST \/v1\/vouchers\?dry_run=true HTTP/);
  });
});

const tenPercent = { discount_type: "PERCENTAGE", discount_value: 10 };
