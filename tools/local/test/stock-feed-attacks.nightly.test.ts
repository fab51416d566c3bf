// What may be wrong with an upload: each has a clear end, and no stock is changed by what was not meant.
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { DeleteObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { DomainEvent, StockFeedCreated, StockFeedView } from "@order-saga/contracts";
import { uploadRecord } from "@order-saga/protocol/records";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { calm, type Saga, startSaga } from "../src/testing/saga.ts";

const SKU = "TEA-ASSAM";
const csv = `sku,delta\n${SKU},1\n`;
const patience = { timeout: 20_000 };

let saga: Saga;
const said = new Map<string, DomainEvent>();
beforeAll(async () => {
  saga = await startSaga(undefined, calm);
  saga.runtime.observe({ eventAccepted: ({ event }) => void said.set(event.id, event) });
});
afterAll(() => saga.stop());

const available = async () => Number((await saga.request("GET", `/stock/${SKU}`)).body.available);

async function aForm(): Promise<StockFeedCreated> {
  const { body, status } = await saga.request("POST", "/stock-feeds");
  expect(status).toBe(201);
  return body as unknown as StockFeedCreated;
}

/** Posts the form with other fields; the answer's status and S3's code. */
async function post(
  { upload }: StockFeedCreated,
  file: string | Uint8Array<ArrayBuffer>,
  changed: Record<string, string> = {},
) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...upload.fields, ...changed })) form.append(name, value);
  form.append("file", new Blob([file]));
  const answer = await fetch(upload.url, { method: "POST", body: form });
  const [, code] = /<Code>(\w+)<\/Code>/.exec(await answer.text()) ?? [];
  return [answer.status, code];
}

const viewOf = async ({ feedId }: { feedId: string }) =>
  (await saga.request("GET", `/stock-feeds/${feedId}`)).body as unknown as StockFeedView;

async function ended(feed: { feedId: string }): Promise<StockFeedView> {
  await expect.poll(async () => (await viewOf(feed)).status, patience).toMatch(/IMPORTED|REFUSED/);
  return viewOf(feed);
}

/** Puts an object as the bucket's owner, past any form; returns its version. */
async function put(Key: string, Body: string | Uint8Array): Promise<string> {
  const { s3 } = saga.runtime.clients;
  const { VersionId = "" } = await s3.send(new PutObjectCommand({ Bucket: "feeds", Key, Body }));
  return VersionId;
}

/** How many feeds were refused so. */
const refusals = (reason: string) =>
  [...said.values()].filter(({ data }) => "reason" in data && data.reason === reason).length;

async function versionOf(Prefix: string): Promise<string> {
  const list = new ListObjectVersionsCommand({ Bucket: "feeds", Prefix });
  const { Versions = [] } = await saga.runtime.clients.s3.send(list);
  return Versions[0]?.VersionId ?? "";
}

/** Who uploaded it, as audit-upload has kept it. */
async function requesterOf(versionId: string): Promise<string | undefined> {
  const { Items = [] } = await saga.runtime.clients.dynamodb.send(
    new ScanCommand({ TableName: "inventory" }),
  );
  return Items.find((item) => uploadRecord.is({ sk: item.sk?.S }) && item.versionId?.S === versionId)
    ?.requester?.S;
}

describe("a form is refused by S3 itself", () => {
  test.each<[string, number, string, string | Uint8Array<ArrayBuffer>, Record<string, string>]>([
    ["with another key", 403, "AccessDenied", csv, { key: "feeds/feed_of_another.csv" }],
    ["with a key outside of the feeds", 403, "AccessDenied", csv, { key: "other/1.csv" }],
    ["with another content type", 403, "AccessDenied", csv, { "Content-Type": "text/html" }],
    ["with another policy", 403, "SignatureDoesNotMatch", csv, { Policy: btoa('{"conditions":[]}') }],
    ["without a byte", 400, "EntityTooSmall", "", {}],
    ["with a byte more than 50 MB", 400, "EntityTooLarge", Buffer.alloc(50_000_001, "x"), {}],
  ])("%s", async (_, status, code, file, changed) => {
    const form = await aForm();
    expect(await post(form, file, changed)).toEqual([status, code]);
    expect(await viewOf(form)).toMatchObject({ status: "WAITING", applied: 0 });
  });

  test("a quarter of an hour later", async () => {
    const form = await aForm();
    await saga.runtime.advanceClock(15 * 60_000 + 1000);
    expect(await post(form, csv)).toEqual([403, "AccessDenied"]);
  });
});

describe("a file ends as its content deserves", () => {
  test.each<[string, string | Uint8Array, object]>([
    ["another header", "name,price\nTEA,1\n", { status: "REFUSED", reason: "not-a-feed" }],
    ["no text", Buffer.from([0xff, 0xfe, 0, 1, 10]), { status: "REFUSED", reason: "not-a-feed" }],
    ["only a line break", "\n", { status: "REFUSED", reason: "not-a-feed" }],
    ["only a header", "sku,delta", { status: "IMPORTED", rows: 0, applied: 0 }],
    [
      "a byte order mark, CRLF, quotes",
      `\uFEFF"SKU","Delta"\r\n"${SKU}","0"\r\n`,
      { applied: 1, errors: [] },
    ],
    ["a SKU twice", `sku,delta\n${SKU},5\n${SKU},-5\n`, { applied: 2, errors: [] }],
    [
      "a negative level, numbers beyond all stock, and SKUs in other scripts",
      `sku,level\n${SKU},-1\n${SKU},99999999999999999999\n${SKU},1e3\nТЕА,1\n${SKU}\u200B,1\n`,
      { status: "REFUSED", reason: "too-many-errors", rows: 5, refused: 5, applied: 0 },
    ],
  ])("%s", async (_, content, expected) => {
    const before = await available();
    const form = await aForm();
    expect(await post(form, new Uint8Array(Buffer.from(content as string)))).toEqual([204, undefined]);
    expect(await ended(form)).toMatchObject(expected);
    expect(await available()).toBe(before);
  });

  test("half of the rows bad: the others count, and each bad one is named", async () => {
    const before = await available();
    const form = await aForm();
    const rows = [
      `${SKU},-99999`,
      `${SKU},99999999999999999999`,
      "ТЕА,1",
      `${SKU},1`,
      `${SKU},1`,
      `${SKU},1`,
    ];
    await post(form, `sku,delta\n${rows.join("\n")}`);
    expect(await ended(form)).toMatchObject({
      status: "IMPORTED",
      applied: 3,
      errors: [
        { line: 2, sku: SKU, reason: "below_zero" },
        { line: 3, sku: SKU, reason: "out_of_range" },
        { line: 4, reason: "malformed_sku" },
      ],
    });
    expect(await available()).toBe(before + 3);
  });
});

describe("objects without a form", () => {
  test("outside of the feeds' prefix none is told of", async () => {
    const before = await available();
    await put("other/1.csv", csv);
    await put("feeds/told.csv", "no feed");
    await expect.poll(() => refusals("not-a-feed"), patience).toBeGreaterThan(0);
    await saga.idle();
    expect(await available()).toBe(before);
  });

  test("of another principal under its own key it is a feed, with the principal in its audit", async () => {
    const before = await available();
    const versionId = await put("feeds/nightly.csv", csv);
    await expect.poll(available, patience).toBe(before + 1);
    await expect.poll(() => requesterOf(versionId), patience).toBe("000000000000");
  });

  test("without a byte, it is refused", async () => {
    const before = refusals("not-a-feed");
    await put("feeds/empty.csv", "");
    await expect.poll(() => refusals("not-a-feed"), patience).toBe(before + 1);
  });

  test("deleted before the import, it is refused as unreadable", async () => {
    const mapping = saga.runtime.mappings.get("inventory-import-stock");
    await mapping?.disable();
    const form = await aForm();
    const before = await available();
    await post(form, csv);
    const Key = form.upload.fields.key ?? "";
    const { s3 } = saga.runtime.clients;
    const VersionId = await versionOf(Key);
    await s3.send(new DeleteObjectCommand({ Bucket: "feeds", Key, VersionId }));
    mapping?.enable();
    expect(await ended(form)).toMatchObject({ status: "REFUSED", reason: "unreadable" });
    expect(await available()).toBe(before);
  });
});

test("a form that is sent twice counts once", async () => {
  const before = await available();
  const form = await aForm();
  expect([await post(form, csv), await post(form, csv)]).toEqual([
    [204, undefined],
    [204, undefined],
  ]);
  expect(await ended(form)).toMatchObject({ status: "IMPORTED", applied: 1 });
  await expect.poll(() => refusals("form-used"), patience).toBe(1);
  expect(await available()).toBe(before + 1);
});
