// What the manifests ask of AWS: patterns, rules by where messages come from, environments.
import { expect, test } from "vitest";
import { reactionManifest, routeManifest, type ServiceManifest } from "./manifest.ts";
import {
  deadLetterQueuesOf,
  environmentOf,
  patternOf,
  reactionResources,
  taskQueueVariable,
  uploadPattern,
} from "./topology.ts";

const bucket = { name: "feeds", prefix: "feeds/", expiresDays: 30 };
const uploads = reactionManifest({ name: "import", hears: [], from: "uploads", sends: ["import"] });
const tasks = reactionManifest({ name: "place-child", hears: [], from: "tasks" });
const events = reactionManifest({ name: "collect", hears: ["OrderConfirmed"], having: { bulkId: true } });
const form = routeManifest({
  name: "create-feed",
  method: "POST",
  path: "/",
  scopes: [],
  objects: { put: ["feeds/*"] },
  sends: ["place-child"],
});
const service: ServiceManifest = {
  name: "orders",
  table: { record: "ORDER#*", indexes: {} },
  bucket,
  reactions: [uploads, tasks, events],
  schedules: [],
  routes: [form],
  settings: {},
  secrets: [],
};

test("a pattern asks for fields that an event must or must not have", () => {
  expect(patternOf(events)).toEqual({
    source: ["shop.orders"],
    "detail-type": ["OrderConfirmed"],
    detail: { data: { bulkId: [{ exists: true }] } },
  });
  expect(patternOf({ ...events, having: {} })).not.toHaveProperty("detail");
  expect(patternOf({ ...events, having: { bulkId: false } }).detail).toEqual({
    data: { bulkId: [{ exists: false }] },
  });
});

test("uploads come by the default bus, tasks by no rule and with nothing that cannot be delivered", () => {
  const imported = reactionResources(service, uploads);
  expect(imported.rule).toEqual({ bus: "default", name: "orders-import", bucket });
  expect(deadLetterQueuesOf(imported).map(({ name }) => name)).toEqual([
    "orders-import-dlq",
    "orders-import-undelivered",
  ]);
  const placed = reactionResources(service, tasks);
  expect(placed).not.toHaveProperty("rule");
  expect(deadLetterQueuesOf(placed).map(({ name }) => name)).toEqual(["orders-place-child-dlq"]);
});

test("a queue that waits for a provider is fair between customers, by what every event carries", () => {
  const limit = { provider: "ses", perSecond: 14, setting: "MAIL_PER_SECOND" } as const;
  const mails = reactionManifest({ name: "mail", hears: ["OrderConfirmed"], calls: limit });
  expect(reactionResources(service, mails).rule).toMatchObject({ groupPath: "$.resources[0]" });
  expect(reactionResources(service, events).rule).not.toHaveProperty("groupPath");
});

test("returned mails come to the same queue by a rule of their own, and only where the manifest asks", () => {
  const told = reactionManifest({ name: "mail", hears: ["OrderConfirmed"], returnedMail: true });
  expect(reactionResources(service, told).returnedMailRule).toBe("orders-returned");
  expect(reactionResources(service, events)).not.toHaveProperty("returnedMailRule");
});

test("an upload's pattern names the bucket as it is called, and its prefix", () => {
  expect(uploadPattern(bucket, "order-saga-feeds")).toEqual({
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: { bucket: { name: ["order-saga-feeds"] }, object: { key: [{ prefix: "feeds/" }] } },
  });
});

test("a function is told its bucket and the queues it sends to, if it uses them", () => {
  const source = {
    value: (name: string) => name,
    tableName: (name: string) => name,
    busName: "bus",
    bucketName: () => "the-bucket",
    queueUrl: (name: string) => `https://${name}`,
  };
  expect(environmentOf(service, form, source)).toMatchObject({
    BUCKET_NAME: "the-bucket",
    PLACE_CHILD_QUEUE_URL: "https://orders-place-child",
  });
  expect(environmentOf(service, tasks, source)).not.toHaveProperty("BUCKET_NAME");
  expect(taskQueueVariable("import-stock")).toBe("IMPORT_STOCK_QUEUE_URL");
});
