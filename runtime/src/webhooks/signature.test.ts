import { expect, it } from "vitest";
import { Secret } from "../call.ts";
import { formatSecret, secretBytes, signatureHeaders } from "./signature.ts";

it("signs as the standardwebhooks package does", () => {
  const message = { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", atMs: 1_614_265_330_999, body: '{"test": 2432232314}' };
  expect(signatureHeaders(message, new Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))).toEqual({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

it("writes secrets of a strength that receivers' libraries take, and never into a log", () => {
  const secret = formatSecret(new Uint8Array(secretBytes).fill(255));
  expect(secret.reveal()).toBe(`whsec_${"/".repeat(42)}8=`);
  expect(`${secret} ${JSON.stringify({ secret })}`).not.toContain("whsec_");
});
