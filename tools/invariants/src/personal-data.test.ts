// Personal data and secrets are found anywhere in a line, and nothing else is.
import { createIdentity } from "@order-saga/orders/identity/hmac";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { personalDataIn } from "./personal-data.ts";

test.each([
  ["an e-mail address", "to ada@example.com"],
  ["an e-mail address", '{"to":"Ada.Lovelace+tea@mail.example.co.uk"}'],
  ["an e-mail address", "jörg@müller.example"],
  ["an e-mail address", "<ada@example.com>"],
  ["an e-mail address", "/orders?contact=ada%40example.com"],
  ["an e-mail address", '{"to":"ada\\u0040example.com"}'],
  ["a card number", "4242424242424242"],
  ["a card number", "card 4242 4242 4242 4242, 12/29"],
  ["a card number", "5555-5555-5555-4444"],
  ["a card number", "378282246310005"],
  ["a card number", '{"orderId":"ord_0123456789abcdef0123456789abcdef","pan":"4000056655665556"}'],
  ["a bearer token", "Bearer abcdefgh.ijk"],
  ["a bearer token", "with bearer 0123456789"],
  ["a JSON web token", "token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"],
  ["an authorization header", "authorization: Basic YWRhOmFkYQ=="],
  ["an authorization header", '{"Authorization":"AWS4-HMAC-SHA256"}'],
  ["an authorization header", "proxy-authorization = x"],
  ["an API key", "sk_test_4eC39HqLyjWDarjtT1zdp7dc"],
  ["an API key", "whsec_4eC39HqLyjWDarjtT1"],
  ["an API key", "AKIAIOSFODNN7EXAMPLE"],
  ["a client secret", "pi_3MtwBwLkdIwHu7ix28a3tqPa_secret_YrKJUKribcBjcG8HVhfZluoGH"],
  ["a secret of AWS", "x-amz-security-token"],
  ["a secret of AWS", "AWS_SECRET_ACCESS_KEY"],
])("%s: %s", (kind, text) => {
  expect(personalDataIn(text)).toBe(kind);
  expect(personalDataIn(`{"message":"${text}"}`)).toBe(kind);
});

test.each([
  "order is stuck",
  "PaymentAuthorized was said, the authorization is held",
  "the bearer of this ring",
  '{"time":"2026-01-05T12:00:00.000Z","durationMilliseconds":12}',
  "at 1767614400006 milliseconds",
  "ord_42424242424242424242424242424242",
  "42424242-4242-5242-8242-424242424242",
  "00-42424242424242424242424242424242-4242424242424242-01",
  "node_modules/.pnpm/@aws-sdk+client-ses@3.940.0/node_modules/@aws-sdk/client-ses/index.js",
  "4242 4242 4242 4243",
  "424242424242",
  "task_test_planning",
  "@example",
])("nothing: %s", (text) => {
  expect(personalDataIn(text)).toBeUndefined();
});

test("no order id is ever taken for something else", () => {
  const identity = createIdentity("secret");
  fc.assert(
    fc.property(fc.string(), fc.string(), (principal, key) => {
      const orderId = identity.orderId(principal, key);
      expect(personalDataIn(JSON.stringify({ orderId, message: `said of ${orderId}` }))).toBeUndefined();
    }),
  );
});

test("a long line takes less than a second of processor time, which other programs do not share", () => {
  const begun = process.cpuUsage();
  personalDataIn("a".repeat(200_000));
  personalDataIn("1-".repeat(100_000));
  personalDataIn(`x@${"a.".repeat(50_000)}`);
  expect(process.cpuUsage(begun).user / 1000).toBeLessThan(1000);
});
