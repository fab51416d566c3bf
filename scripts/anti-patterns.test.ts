// Each anti-pattern of code is found where it is planted, in several shapes, and not where it is done right.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { antiPatternsIn, bounded } from "./anti-patterns.ts";
import { plant } from "./planted.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const found = (path: string, text: string) =>
  antiPatternsIn(plant({ "packages/any/src/x.ts": "", "stacks/x.ts": "", [path]: text })).length;

const adapter = "packages/shipping/src/carrier/http.ts";

test.each([
  ["fetch without options", 'export const ask = () => fetch("https://example.com");'],
  ["fetch with a body only", 'fetch("https://example.com", { method: "POST", body: "{}" });'],
  ["fetch by its full name", 'globalThis.fetch("https://example.com", {});'],
  ["node:https", 'import https from "node:https";\nhttps.request("https://example.com", { method: "GET" });'],
  ["node:https, all of it", 'import * as web from "node:https";\nweb.get("https://example.com");'],
  ["node:http by name", 'import { get } from "node:http";\nget("http://example.com");'],
  ["node:http renamed", 'import { request as send } from "http";\nsend("http://example.com");'],
  ["node:http taken apart", 'import h from "node:http";\nconst { request } = h;\nrequest("http://a.b", {});'],
  ["an AWS client", 'import { S3Client } from "@aws-sdk/client-s3";\nnew S3Client({});'],
  [
    "an AWS client with a region",
    'import { SQS } from "@aws-sdk/client-sqs";\nnew SQS({ region: "eu-west-1" });',
  ],
  ["an AWS client renamed", 'import { S3Client as C } from "@aws-sdk/client-s3";\nnew C();'],
  ["Stripe's client", 'import Stripe from "stripe";\nnew Stripe("sk_live", { maxNetworkRetries: 2 });'],
])("a missing timeout is found: %s", (_, text) => {
  expect(found(adapter, text)).toBe(1);
});

test.each([
  'fetch("https://example.com", { signal: AbortSignal.timeout(2000) });',
  'import https from "node:https";\nhttps.request("https://example.com", { timeout: 2000 });',
  'import { S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\nnew S3Client(clientSettings);\nnew GetObjectCommand({});',
  'import { S3Client } from "@aws-sdk/client-s3";\nnew S3Client({ ...clientSettings, region: "eu-west-1" });',
  'import Stripe from "stripe";\nnew Stripe("sk_live", { timeout: 8000 });',
])("a call with a limit is none: %s", (text) => {
  expect(found(adapter, text)).toBe(0);
});

test.each(["packages/shipping/src/rules.ts", "packages/shipping/src/functions/ship.ts", "stacks/mail.ts"])(
  "the provider is called in an adapter only, not in %s",
  (path) => {
    expect(found(path, 'fetch("https://api.stripe.com", { signal: AbortSignal.timeout(1) });')).toBe(1);
    expect(found(path, 'import Stripe from "stripe";\nnew Stripe("sk", { timeout: 8000 });')).toBe(1);
  },
);

test.each([
  ["a list that was handed in", "await Promise.all(orders.map((each) => send(each)));"],
  ["settled", "await Promise.allSettled(orders.map(send));"],
  ["what a loop has pushed", "for (const each of orders) sent.push(send(each));\nawait Promise.all(sent);"],
  ["a list spread", "await Promise.all([first, ...orders.map(send)]);"],
  ["a filtered list", "await Promise.all(orders.filter(Boolean).map(send));"],
  ["as many workers as there are orders", "await Promise.all(Array.from({ length: orders.length }, work));"],
  ["forEach", "orders.forEach(async (each) => { await send(each); });"],
])("work without a limit is found: %s", (_, text) => {
  expect(found("packages/shipping/src/reactions.ts", text)).toBe(1);
});

test.each([
  "await Promise.all([reserve(), charge()]);",
  "await Promise.all(Array.from({ length: AT_ONCE }, work));",
  'await Promise.all(["a", "b"].map(send));',
  "for (const each of orders) await send(each);",
])("work with a limit is none: %s", (text) => {
  expect(found("packages/shipping/src/reactions.ts", text)).toBe(0);
});

test("what ships has none, and each bound that is named is still needed", () => {
  expect(antiPatternsIn(root)).toEqual([]);
  const gone = Object.keys(bounded).filter((each) => {
    const [path = "", what = ""] = each.split(": ", 1).concat(each.slice(each.indexOf(": ") + 2));
    return !readFileSync(join(root, path), "utf8").includes(what);
  });
  expect(gone).toEqual([]);
});
