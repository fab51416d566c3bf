// Of web pages only those of this machine may ask, under the names of this machine, and each service says no
// in its own form; programs send none of a browser's headers and are let.
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { CreateBucketCommand, PutBucketCorsCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCallers, type Pages } from "./callers.ts";
import { type AwsEndpoint, startAwsEndpoint } from "./endpoint.ts";
import { clientsOf } from "./testing.ts";

const KEY = "sk_test_of_the_shop";
let endpoint: AwsEndpoint;
beforeAll(async () => {
  endpoint = await startAwsEndpoint({
    port: 0,
    directory: undefined,
    stripeApiKey: KEY,
    secretAccessKey: "test",
    hostNames: ["Laptop.Example"],
  });
});
afterAll(() => endpoint.stop());

type Headers = Record<string, string>;
type Sent = { method?: string; path?: string; headers?: Headers; body?: string };

/** A raw request, because fetch sets Host and the browser's headers by itself. */
function ask({ body = "", headers = {}, method = "POST", path = "/" }: Sent) {
  const { promise, reject, resolve } = Promise.withResolvers<{ status: number; body: string }>();
  const { port } = endpoint;
  request({ host: "127.0.0.1", port, method, path, headers }, async (answer) =>
    resolve({ status: answer.statusCode ?? 0, body: await text(answer) }),
  )
    .on("error", reject)
    .end(body);
  return promise;
}

const form = { "content-type": "application/x-www-form-urlencoded" };
const bearer = { authorization: `Bearer ${KEY}` };
const signed = { authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/s3/aws4_request, S=1" };

const services: [string, Sent, RegExp][] = [
  ["EventBridge", { headers: { "x-amz-target": "AWSEvents.ListEventBuses" } }, /"__type":.*AccessDenied/],
  ["SQS", { headers: { "x-amz-target": "AmazonSQS.ListQueues" } }, /"__type":.*AccessDenied/],
  ["DynamoDB", { headers: { "x-amz-target": "DynamoDB_20120810.ListTables" } }, /"__type":.*AccessDenied/],
  ["SES", { headers: form, body: "Action=GetSendQuota" }, /<ErrorResponse .*<Code>AccessDenied<\/Code>/],
  ["S3", { method: "GET", headers: signed }, /<Error><Code>AccessDenied<\/Code>/],
  ["Stripe", { method: "GET", path: "/v1/payment_intents/pi_1", headers: bearer }, /"error":\{"type"/],
];

const foreign: [string, Headers][] = [
  ["another name for this machine", { host: "rebind.example:4566" }],
  ["a name that begins as ours", { host: "localhost.evil.example" }],
  ["a name that ends as ours", { host: "evil-localhost" }],
  ["another address", { host: "192.168.1.4" }],
  ["a page of another site", { origin: "https://evil.example" }],
  ["a page under our name as another's", { origin: "http://localhost.evil.example" }],
  ["a page without an origin", { origin: "null" }],
  ["a form or picture of another site", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }],
  [
    "a frame of another site",
    { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" },
  ],
];

const cases = services.flatMap(([name, sent, shape]) =>
  foreign.map(([who, headers]) => ({ name, sent, shape, who, headers })),
);

test.each(cases)("$name refuses $who, in its own form", async ({ headers, sent, shape }) => {
  const { body, status } = await ask({ ...sent, headers: { ...sent.headers, ...headers } });
  expect(status).toBe(403);
  expect(body).toMatch(shape);
});

const known: [string, Headers][] = [
  ["a program", {}],
  ["a program that says localhost", { host: "localhost:4566" }],
  ["a program on IPv6", { host: "[::1]:4566" }],
  ["a name that was let", { host: "laptop.example:4566" }],
];

test.each(services.flatMap(([name, sent]) => known.map(([who, headers]) => ({ name, sent, who, headers }))))(
  "$name answers $who",
  async ({ headers, sent }) => {
    const { status } = await ask({ ...sent, headers: { ...sent.headers, ...headers } });
    expect(status).not.toBe(403);
  },
);

test("a page of another port of this machine has files to send, and nothing else", async () => {
  const page = { origin: "http://localhost:3000", "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" };
  for (const [name, sent] of services)
    expect([name, (await ask({ ...sent, headers: { ...sent.headers, ...page } })).status === 403]).toEqual([
      name,
      name !== "S3",
    ]);
});

test("a bucket that lets every origin is still asked by pages of this machine only", async () => {
  const { s3 } = clientsOf(endpoint);
  await s3.send(new CreateBucketCommand({ Bucket: "open" }));
  const CORSRules = [{ AllowedOrigins: ["*"], AllowedMethods: ["POST"] }];
  await s3.send(new PutBucketCorsCommand({ Bucket: "open", CORSConfiguration: { CORSRules } }));
  const preflight = (origin: string) =>
    ask({ method: "OPTIONS", path: "/open", headers: { origin, "access-control-request-method": "POST" } });
  expect((await preflight("http://localhost:3000")).status).toBe(200);
  expect((await preflight("https://evil.example")).status).toBe(403);
});

test("the bank's page is shown in any shop's frame, under a name of this machine", async () => {
  const path = "/v1/authenticate/pi_1?client_secret=x";
  const frame = {
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "iframe",
  };
  expect((await ask({ method: "GET", path, headers: frame })).status).toBe(404);
  expect((await ask({ path, headers: { ...form, origin: "null" } })).status).toBe(404);
  expect((await ask({ method: "GET", path, headers: { host: "evil.example" } })).status).toBe(403);
});

test.each([
  ["no key", {}],
  ["another key", { authorization: "Bearer sk_test_of_another" }],
  ["a form's user and password", { authorization: `Basic ${btoa("x:y")}` }],
  ["the beginning of the key", { authorization: `Bearer ${KEY.slice(0, -1)}` }],
])("the provider takes nothing with %s", async (_, headers) => {
  const body = "amount=100&currency=eur";
  const answer = await ask({ path: "/v1/payment_intents", headers: { ...form, ...headers }, body });
  expect(answer.status).toBe(401);
  expect(JSON.parse(answer.body)).toMatchObject({ error: { type: "invalid_request_error" } });
  expect(answer.body).not.toContain("sk_test");
  expect(endpoint.payments.intents()).toEqual([]);
});

const site = (value: string, mode = "navigate") => ({ "sec-fetch-site": value, "sec-fetch-mode": mode });
const link = site("cross-site");

test.each<[string, Pages, Headers, boolean, boolean]>([
  ["another site's link to a page", "same-site", link, true, true],
  ["another site's link to what is no page", "same-site", link, false, false],
  ["another site's script", "local", site("cross-site", "cors"), true, false],
  ["localhost asking 127.0.0.1", "local", { ...link, origin: "http://localhost:5173" }, false, true],
  [
    "127.0.0.1 asking localhost's own routes",
    "same-site",
    { ...link, origin: "http://127.0.0.1:1" },
    true,
    false,
  ],
  ["a neighbour's port", "same-site", { ...site("same-site"), origin: "http://localhost:5173" }, false, true],
  ["a neighbour's port", "own", { ...site("same-site"), origin: "http://localhost:5173" }, false, false],
  ["the listener's page", "own", { ...site("same-origin"), origin: "http://localhost:3000" }, false, true],
  ["an address that was typed", "own", site("none"), false, true],
])("%s, where %s pages are let: %o", (_, pages, headers, mayBeLinked, isAnswered) => {
  const asked = { method: "GET", headers: { host: "localhost:3000", ...headers } };
  expect(createCallers().refuse(asked, pages, mayBeLinked) === undefined).toBe(isAnswered);
});

test.each([{}, { host: "" }, { host: "localhost@evil.example" }, { host: "local host" }])(
  "no page's browser names this machine so: %o",
  (headers) => expect(createCallers().refuse({ headers }, "any")).toContain("not asked as"),
);

test("another site's form is no link", () => {
  const asked = { method: "POST", headers: { host: "localhost:3000", ...link } };
  expect(createCallers().refuse(asked, "same-site", true)).toContain("another site");
});
