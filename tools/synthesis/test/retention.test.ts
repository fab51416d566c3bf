// docs/retention.md says what the deployment keeps, and every store of the graph has its row.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { keptBy, retentionTable } from "../src/retention.ts";
import { types } from "../src/types.ts";
import { rendered } from "./rendered.ts";

const production = await rendered("production");
const personal = await rendered("ada");
const document = readFileSync(new URL("../../../docs/retention.md", import.meta.url), "utf8");

test("the document has the table that follows from both stages", () => {
  expect(document).toContain(retentionTable(production, personal));
});

test.each([
  ["a table with a TTL", types.table, "ttl", { enabled: true }],
  ["an archive that forgets", types.archive, "retentionDays", 3],
  ["a queue that forgets", types.queue, "messageRetentionSeconds", 86_400],
  ["a log that is kept for longer", types.logGroup, "retentionInDays", 400],
  [
    "a file that is kept for longer",
    types.bucketLifecycle,
    "rules",
    [{ expiration: { days: 30 }, noncurrentVersionExpiration: { noncurrentDays: 300 } }],
  ],
  ["a key that goes sooner", types.key, "deletionWindowInDays", 8],
] as const)("%s changes the table", (_, type, field, value) => {
  const before = keptBy(production);
  const found = production.resources.find((each) => each.type === type);
  if (!found) return expect.unreachable();
  const inputs = { ...found.inputs, [field]: value };
  const resources = production.resources.map((each) => (each === found ? { ...each, inputs } : each));
  expect(keptBy({ ...production, resources })).not.toEqual(before);
});

test("whatever keeps what customers do is in the table", () => {
  const keeping = /sqs\/queue:|dynamodb\/table:|eventArchive:|logGroup:|backup\/vault:|kms\/key:|s3\/bucket:/;
  const kinds = new Set(production.resources.map(({ type }) => type).filter((type) => keeping.test(type)));
  const { archive, backupVault, bucket, key, logGroup, queue, table } = types;
  expect([...kinds].sort()).toEqual([archive, backupVault, bucket, key, logGroup, queue, table].sort());
});
