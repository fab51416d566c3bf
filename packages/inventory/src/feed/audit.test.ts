// The audit of an upload: what is kept of it, whatever became of its file.
import { createHash } from "node:crypto";
import type { Upload } from "@order-saga/messaging/message";
import { expect, test } from "vitest";
import { uploadIdOf } from "./import.ts";
import { anUploadOf, aWorld } from "./testing.ts";

const csv = "sku,delta\nTEA,7\n";

/** A world that notes what is kept of uploads. */
function anAudit() {
  const world = aWorld();
  world.store.free.set("TEA", 3);
  const kept: unknown[] = [];
  world.feeds.hashed = async (...given) => {
    kept.push(given);
    return world.store.hashed(...given);
  };
  return { ...world, kept };
}

test("who uploaded which version when, and its hash, is kept; nothing is said", async () => {
  const { audit, files, kept } = anAudit();
  files.put("version-1", csv);
  const { bucket: _, ...about } = anUploadOf(csv);
  expect(await audit(anUploadOf(csv))).toEqual([]);
  const hash = createHash("sha256").update(csv).digest("hex");
  expect(kept).toEqual([[uploadIdOf(anUploadOf(csv)), "audited", hash, about]]);
});

test.each<[string, Partial<Upload>, string]>([
  ["is not there any more", { bytes: 50_000_000 }, "gone"],
  ["is too large to be read", { bytes: 50_000_001 }, "too-large"],
])("of a file that %s the reason is kept instead of a hash", async (_, given, reason) => {
  const { audit, kept } = anAudit();
  await audit(anUploadOf(csv, given));
  expect(kept).toMatchObject([[expect.any(String), "audited", reason, {}]]);
});

test("a file that cannot be read just now is audited when its message comes again", async () => {
  const { audit, files, kept } = anAudit();
  files.read = async () => Promise.reject(new Error("The bucket does not answer."));
  await expect(audit(anUploadOf(csv))).rejects.toThrow("does not answer");
  expect(kept).toEqual([]);
});

test.each(["import first", "audit first"])(
  "a reason is no other hash than the import's: %s",
  async (order) => {
    const { audit, deliver, feeds, files, lines } = anAudit();
    files.put("version-1", csv);
    const upload = anUploadOf(csv);
    if (order === "import first") await deliver(upload);
    // The file is deleted between the two reads.
    else await feeds.hashed(uploadIdOf(upload), "audited", "gone");
    if (order === "audit first") await deliver(upload);
    else {
      files.delete("version-1");
      await audit(upload);
    }
    expect(lines).toEqual([]);
  },
);

test("two hashes that differ are an error, which names the feed", async () => {
  const { deliver, feeds, files, lines } = anAudit();
  files.put("version-1", csv);
  await feeds.hashed(uploadIdOf(anUploadOf(csv)), "audited", "a".repeat(64));
  await deliver(anUploadOf(csv));
  const feedId = `feed_${uploadIdOf(anUploadOf(csv))}`;
  expect(lines).toEqual([["error", "the two hashes of an upload differ", { feedId }]]);
});
