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
const shared = 'import { clientSettings } from "@order-saga/messaging/client-settings";\n';

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
  ["an AWS client of a namespace", 'import * as sqs from "@aws-sdk/client-sqs";\nnew sqs.SQSClient({});'],
  [
    "an AWS client by another name",
    'import { SQSClient } from "@aws-sdk/client-sqs";\nconst Queue = SQSClient;\nnew Queue({});',
  ],
  [
    "an AWS client imported when it is needed",
    'const { SQSClient } = await import("@aws-sdk/client-sqs");\nnew SQSClient({});',
  ],
  ["an AWS client required", 'const sqs = require("@aws-sdk/client-sqs");\nnew sqs.SQS();'],
  ["an AWS client in parentheses", 'import { S3 } from "@aws-sdk/client-s3";\nnew (S3 as any)({});'],
  ["an AWS client constructed", 'import { S3 } from "@aws-sdk/client-s3";\nReflect.construct(S3, [{}]);'],
  [
    "an AWS client extended",
    'import { S3 } from "@aws-sdk/client-s3";\nclass Mine extends S3 {}\nnew Mine({});',
  ],
  [
    "an AWS client with settings of one's own",
    'import { S3 } from "@aws-sdk/client-s3";\nconst clientSettings = {};\nnew S3(clientSettings);',
  ],
  [
    "an AWS client whose limit is taken away again",
    `${shared}import { S3 } from "@aws-sdk/client-s3";\nnew S3({ ...clientSettings, requestHandler: {} });`,
  ],
  [
    "an AWS client that only warns",
    'import { S3 } from "@aws-sdk/client-s3";\nnew S3({ requestHandler: { requestTimeout: 1000 } });',
  ],
  ["fetch by another name", 'const ask = fetch;\nask("https://example.com");'],
  ["fetch taken apart", 'const { fetch: ask } = globalThis;\nask("https://example.com");'],
  ["fetch in brackets", 'globalThis["fetch"]("https://example.com");'],
  ["fetch called with this", 'fetch.call(undefined, "https://example.com");'],
  ["fetch bound", 'fetch.bind(undefined)("https://example.com", {});'],
  ["fetch by a comma", '(0, fetch)("https://example.com");'],
  ["fetch in a helper", "const get = (url: string, more: object) => fetch(url, { ...more });"],
  ["fetch as a default", "const get = (url: string, call = fetch) => call(url);"],
  ["fetch as a default, taken apart", "const get = (url: string, { call = fetch } = {}) => call(url);"],
  ["fetch if there is no other", "const get = (url: string, call?: typeof fetch) => (call ?? fetch)(url);"],
  ["fetch with options of a name", 'const how = { method: "GET" };\nfetch("https://example.com", how);'],
  ["fetch without a signal's value", 'fetch("https://example.com", { signal: undefined });'],
  ["fetch handed to another", 'retry(fetch, "https://example.com");'],
  ["node:https when it is needed", '(await import("node:https")).get("https://example.com");'],
  ["node:https by Node", 'process.getBuiltinModule("https").get("https://example.com");'],
  ["node:http2", 'import { connect } from "node:http2";\nconnect("https://example.com");'],
  ["a library", 'import axios from "axios";\naxios.post("https://example.com");'],
  ["another library", 'import { request } from "undici";\nrequest("https://example.com");'],
  ["Stripe's client when it is needed", 'new (await import("stripe")).default("sk_live");'],
  ["Stripe's client", 'import Stripe from "stripe";\nnew Stripe("sk_live", { maxNetworkRetries: 2 });'],
])("a missing timeout is found: %s", (_, text) => {
  expect(found(adapter, text)).toBe(1);
});

test.each([
  'fetch("https://example.com", { signal: AbortSignal.timeout(2000) });',
  'const how = { signal: AbortSignal.timeout(2000) };\nfetch("https://example.com", how);',
  'import https from "node:https";\nhttps.request("https://example.com", { timeout: 2000 });',
  `${shared}import { S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\nnew S3Client(clientSettings);\nnew GetObjectCommand({});`,
  `${shared}import { S3Client } from "@aws-sdk/client-s3";\nnew S3Client({ ...clientSettings, region: "eu-west-1" });`,
  'import { clientSettings as ours } from "./client-settings.ts";\nimport * as s3 from "@aws-sdk/client-s3";\nnew s3.S3(ours);',
  `${shared}import { S3 } from "@aws-sdk/client-s3";\nnew S3({ requestHandler: { ...clientSettings.requestHandler, requestTimeout: 9000 } });`,
  'import type { S3Client } from "@aws-sdk/client-s3";\nexport type Client = S3Client;',
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
  ["stripe", 'export { default } from "stripe";'],
  ["all of it", 'export * from "stripe";'],
  ["under a name", 'export * as payments from "stripe";'],
  ["imported and exported", 'import Stripe from "stripe";\nexport { Stripe };'],
  ["as a constant", 'import Stripe from "stripe";\nexport const Provider = Stripe;'],
  ["as the default", 'import Stripe from "stripe";\nexport default Stripe;'],
  ["an AWS client", 'export { SQSClient } from "@aws-sdk/client-sqs";'],
  ["loaded by a computed name", 'const name = "str" + "ipe";\nawait import(name);'],
  ["loaded by a name put together", 'await import("str".concat(name));'],
  ["required by a computed name", "require(name);"],
  [
    "by a require of one's own",
    'import { createRequire } from "node:module";\ncreateRequire(import.meta.url)("x");',
  ],
])("an SDK out of sight is found: %s", (_, text) => {
  expect(found(adapter, text)).toBe(1);
});

test.each([
  'export type { SQSClient } from "@aws-sdk/client-sqs";',
  'export { type SQSClient } from "@aws-sdk/client-sqs";',
  `${shared}import { SQSClient } from "@aws-sdk/client-sqs";\nexport const queue = new SQSClient(clientSettings);`,
  'await import("./near.ts");',
])("a type, a client and a literal name are in sight: %s", (text) => {
  expect(found(adapter, text)).toBe(0);
});

test.each(["mjs", "js", "mts", "cts", "tsx"])("a file that ends in .%s is read too", (ending) => {
  expect(found(`packages/shipping/src/carrier/http.${ending}`, 'fetch("https://example.com");')).toBe(1);
});

test.each([
  ["a list that was handed in", "await Promise.all(orders.map((each) => send(each)));"],
  ["settled", "await Promise.allSettled(orders.map(send));"],
  ["what a loop has pushed", "for (const each of orders) sent.push(send(each));\nawait Promise.all(sent);"],
  ["a list spread", "await Promise.all([first, ...orders.map(send)]);"],
  ["a filtered list", "await Promise.all(orders.filter(Boolean).map(send));"],
  ["as many workers as there are orders", "await Promise.all(Array.from({ length: orders.length }, work));"],
  ["Promise.all by another name", "const { all } = Promise;\nawait all.call(Promise, orders.map(send));"],
  ["Promise.all in brackets", 'await Promise["all"](orders.map(send));'],
  ["Promise.all applied", "await Promise.all.apply(Promise, [orders.map(send)]);"],
  ["a helper", "const together = (work: Promise<void>[]) => Promise.all(work);"],
  [
    "an async callback in a helper",
    "const send = (list: X[]) => Promise.all(list.map(async (each) => put(each)));",
  ],
  ["lists put together", 'await Promise.all(["a"].concat(orders).map(send));'],
  ["a copy of a list", "await Promise.all([...orders].map(send));"],
  [
    "begun together, awaited one by one",
    "const sent = orders.map(async (each) => send(each));\nfor (const each of sent) await each;",
  ],
  ["begun by Array.from", "const sent = Array.from(orders, async (each) => send(each));"],
  [
    "a number of workers that is computed",
    "const AT_ONCE = orders.length;\nawait Promise.all(Array.from({ length: AT_ONCE }, work));",
  ],
  ["thrown away in a loop", "for (const each of orders) void send(each);"],
  ["thrown away in forEach", "orders.forEach((each) => void send(each));"],
  ["forEach", "orders.forEach(async (each) => { await send(each); });"],
])("work without a limit is found: %s", (_, text) => {
  expect(found("packages/shipping/src/reactions.ts", text)).toBe(1);
});

test.each([
  "await Promise.all([reserve(), charge()]);",
  "await Promise.all(Array.from({ length: AT_ONCE }, work));",
  'await Promise.all(["a", "b"].map(send));',
  "for (const each of orders) await send(each);",
  "const AT_ONCE = 8;\nawait Promise.all(Array.from({ length: AT_ONCE }, async () => work()));",
  "const keep = (each: Order) => void orders.set(each.id, each);",
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
