// The reaction import-stock: an uploaded file becomes stock, each row once, whatever crashes or comes twice.
import { createHash } from "node:crypto";
import { FeedId } from "@order-saga/contracts";
import type { ReactionContext, ReactTo } from "@order-saga/messaging";
import type { Upload } from "@order-saga/messaging/message";
import { again, retry } from "@order-saga/messaging/retry";
import { type Move, type Stock, sumsOf } from "../buckets.ts";
import { type Header, isError, type Row } from "./csv.ts";
import {
  afterBatch,
  batchOf,
  claimedBy,
  type Feed,
  fitting,
  hasEnded,
  keptErrors,
  MAXIMUM_BYTES,
  movesFor,
  type RefusalReason,
  refuse,
  rowsWithin,
  saidOf,
  unexpectedFeed,
  validated,
} from "./feed.ts";
import { FileGone, type Hashes, type ImportPorts } from "./ports.ts";
import { type ReadRow, rowsFrom, type UploadedFile, validate } from "./read-rows.ts";

/** With less time left the rest of the file is another invocation's. */
const RESERVE_MILLISECONDS = 15_000;
/** Writers of a feed are its own deliveries; a lost write is read anew and goes on from there. */
const ATTEMPTS = 20;
/** Each is an item of the batch's transaction; `fitting` counts their buckets. */
const SKUS_PER_BATCH = 90;
const ROWS_PER_BATCH = 500;
/** DynamoDB reads so many items at once. */
const SKUS_PER_READ = 100;
const READS_AT_ONCE = 8;

/** The name of an uploaded version, the same at every delivery. */
export function uploadIdOf({ bucket, key, versionId }: Pick<Upload, "bucket" | "key" | "versionId">): string {
  return createHash("sha256").update([bucket, key, versionId].join("\0")).digest("hex").slice(0, 32);
}

export function importStockHandler(ports: ImportPorts): ReactTo<Upload> {
  return async (upload, context) => {
    let feed = await claim(ports, upload, context.now);
    const known = { ...context, log: context.log.with({ feedId: feed.feedId }) };
    if (!hasEnded(feed) && !feed.header) feed = await check(ports, feed, upload, known);
    feed = await applyRows(ports, feed, known);
    return saidOf(feed);
  };
}

/** The feed of this upload: one that waited for it, or one of its own. It may have ended already. */
async function claim({ backOff, feeds }: ImportPorts, upload: Upload, now: number): Promise<Feed> {
  const exhausted = () => new Error("The feed's file is claimed by others.");
  return retry({ attempts: ATTEMPTS, exhausted }, async (attempt) => {
    const { feed, isFormUsed } = await feedOf(feeds, upload);
    if (feed.file) return feed;
    const claimed = claimedBy(feed, upload);
    const refusedAs = async (reason: RefusalReason) => {
      const refused = { ...refuse(claimed, { reason, now }), version: claimed.version };
      return (await feeds.save(refused)) === "written" ? refused : again;
    };
    // Without a claim of the key, or the file of the form would be overtaken by this one.
    if (isFormUsed) return refusedAs("form-used");
    const result = await feeds.claim(claimed);
    if (result === "written") return claimed;
    if (result === "older") return refusedAs("older");
    if (result === "conflict") await backOff(attempt);
    return again;
  });
}

type Found = { feed: Feed; isFormUsed: boolean };

/**
 * A form is for one file: a browser that sends it again because no answer came does not have the rows counted
 * twice. The second version under its key is a feed of its own, which is refused.
 */
async function feedOf(feeds: ImportPorts["feeds"], upload: Upload): Promise<Found> {
  const asked = FeedId.safeParse(/([^/]+)\.csv$/.exec(upload.key)?.[1]);
  const formed = asked.success ? await feeds.load(asked.data) : undefined;
  if (formed && (!formed.file || formed.file.versionId === upload.versionId))
    return { feed: formed, isFormUsed: false };
  const feedId = `feed_${uploadIdOf(upload)}`;
  const feed = (await feeds.load(feedId)) ?? unexpectedFeed(feedId);
  return { feed, isFormUsed: formed !== undefined };
}

/** Reads the file whole before the first row is applied: a feed that is mostly wrong changes nothing. */
async function check(
  { backOff: _, ...ports }: ImportPorts,
  feed: Feed,
  upload: Upload,
  { log, now }: ReactionContext,
): Promise<Feed> {
  const { feeds, files, maximumBadPercent } = ports;
  const ended = async (reason: RefusalReason, counts: { rows?: number; refused?: number } = {}) =>
    save(feeds, feed, refuse(feed, { reason, now, ...counts }));
  if (upload.bytes > MAXIMUM_BYTES) return ended("too-large");
  try {
    const found = await validate(files, upload, (rows) => unknownIn(feeds, rows));
    if (!found) return ended("not-a-feed");
    warnIfDifferent(await feeds.hashed(uploadIdOf(upload), "imported", found.sha256), log);
    const { bad, rows } = found;
    if (bad * 100 > rows * maximumBadPercent) return ended("too-many-errors", { rows, refused: bad });
    return save(feeds, feed, validated(feed, found));
  } catch (error) {
    if (error instanceof FileGone) return ended("unreadable");
    throw error;
  }
}

/**
 * Two reactions have read the same bytes, so two hashes are a fault of one of them or of the store. Where one
 * could not read them, there is its reason instead.
 */
export function warnIfDifferent({ audited, imported }: Hashes, log: ReactionContext["log"]): void {
  if (isHash(audited) && isHash(imported) && audited !== imported)
    log("error", "the two hashes of an upload differ");
}

const isHash = (text: string | undefined) => text?.length === 64;

/** How many rows name a SKU that the shop does not know. */
async function unknownIn(feeds: ImportPorts["feeds"], rows: readonly Row[]): Promise<number> {
  const skus = [...new Set(rows.map(({ sku }) => sku))];
  const reads = Array.from({ length: Math.ceil(skus.length / SKUS_PER_READ) }, (_, n) =>
    skus.slice(n * SKUS_PER_READ, (n + 1) * SKUS_PER_READ),
  );
  const known = new Set<string>();
  const waiting = reads.values();
  const readOneAfterAnother = async () => {
    for (const some of waiting) for (const sku of (await feeds.stock(some)).keys()) known.add(sku);
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, readOneAfterAnother));
  return rows.filter(({ sku }) => !known.has(sku)).length;
}

/** What another delivery wrote first stands. */
async function save(feeds: ImportPorts["feeds"], feed: Feed, next: Feed): Promise<Feed> {
  if ((await feeds.save(next)) === "written") return next;
  const other = await feeds.load(feed.feedId);
  if (!other?.header && !(other && hasEnded(other))) throw new Error(`The feed ${feed.feedId} is contended.`);
  return other;
}

/**
 * Applies what is left of the file, batch by batch. A delivery that loses a write goes on from where the
 * other one is; one that runs out of time, or of attempts beside orders, sends itself the same message again.
 */
async function applyRows(ports: ImportPorts, begun: Feed, context: ReactionContext): Promise<Feed> {
  let feed = begun;
  while (!hasEnded(feed)) {
    const { file, header, next: from } = feed;
    if (!file || !header) throw new Error(`The feed ${feed.feedId} has no file yet.`);
    const reached = await batchesFrom(ports, feed, { file, from, header }, context);
    feed = reached.feed;
    if (reached.stop === undefined) continue;
    // Without progress the message comes again a bounded number of times and is then parked: a feed that
    // continued itself would be tried for ever, and no alarm would say so.
    if (feed.version === begun.version) throw new Error(withoutProgress[reached.stop]);
    context.log("info", "the feed goes on in another invocation", { status: reached.stop });
    await ports.sendTasks([{ body: JSON.parse(context.body) }]);
    return feed;
  }
  return feed;
}

const withoutProgress = {
  time: "No row was applied in the time of an invocation.",
  contention: "No row was applied: the stock is contended.",
};

type Reading = { file: UploadedFile; from: Feed["next"]; header: Header };
type Reached = { feed: Feed; stop?: keyof typeof withoutProgress };

/** The feed at the file's end, after another delivery's write, or where this invocation has to stop. */
async function batchesFrom(
  ports: ImportPorts,
  begun: Feed,
  { file, from, header }: Reading,
  context: ReactionContext,
): Promise<Reached> {
  const { now } = context;
  let feed = begun;
  try {
    for await (const piece of rowsFrom(ports.files, file, { from, header })) {
      for (let at = 0; at < piece.length; ) {
        if (isTimeUp(context)) return { feed, stop: "time" };
        const rows = batchAt(piece, at);
        const after = await applyBatch(ports, feed, { header, rows }, context);
        if (after === "contended") return { feed, stop: "contention" };
        feed = after.feed;
        if (!after.isOurs) return { feed };
        at += after.rows;
      }
    }
  } catch (error) {
    if (!(error instanceof FileGone)) throw error;
    const refused = await save(ports.feeds, feed, refuse(feed, { reason: "unreadable", now }));
    return { feed: refused };
  }
  const nothing = { changes: [], errors: [], applied: 0 };
  const imported = await save(ports.feeds, feed, afterBatch(feed, nothing, feed.next, { now }));
  return { feed: imported };
}

const isTimeUp = ({ remainingMilliseconds }: ReactionContext) =>
  remainingMilliseconds() < RESERVE_MILLISECONDS;

/** As many rows as fit into a transaction, where every SKU has one bucket. */
function batchAt(rows: readonly ReadRow[], from: number): readonly ReadRow[] {
  return rowsWithin(rows.slice(from, from + ROWS_PER_BATCH), SKUS_PER_BATCH, () => 1);
}

/** The feed after these rows, or as another delivery left it; or orders of these SKUs were always first. */
async function applyBatch(
  { backOff, feeds }: ImportPorts,
  feed: Feed,
  { header, rows }: { header: Header; rows: readonly ReadRow[] },
  context: ReactionContext,
): Promise<{ feed: Feed; isOurs: boolean; rows: number } | "contended"> {
  const skus = [...new Set(rows.flatMap(({ row }) => (isError(row) ? [] : [row.sku])))];
  const exhausted = () => new Error(`The stock of the feed ${feed.feedId} is contended.`);
  return retry({ attempts: ATTEMPTS, exhausted }, async (attempt) => {
    const stock = skus.length > 0 ? await feeds.stock(skus) : new Map<string, Stock>();
    const fit = fitting(rows, header, stock);
    const batch = batchOf(
      fit.map(({ row }) => row),
      header,
      sumsOf(stock),
    );
    const after = afterBatch(feed, batch, fit.at(-1)?.after ?? feed.next);
    const moved = await fillHeads(feeds, movesFor(batch, stock));
    switch (moved ?? (await feeds.apply(after, batch, keptErrors(feed, batch), stock))) {
      case "written":
        return { feed: after, isOurs: true, rows: fit.length };
      case "lost":
        return { feed: (await feeds.load(feed.feedId)) ?? feed, isOurs: false, rows: 0 };
      case "older": {
        const refused = refuse(feed, { reason: "older", now: context.now });
        return { feed: await save(feeds, feed, refused), isOurs: false, rows: 0 };
      }
      case "short":
      case "conflict":
        if (attempt === ATTEMPTS || isTimeUp(context)) return "contended";
        await backOff(attempt);
        return again;
    }
  });
}

/** Units that the head of a SKU lacks come from its other buckets; then the stock has to be read anew. */
async function fillHeads(feeds: ImportPorts["feeds"], moves: readonly Move[]): Promise<"short" | undefined> {
  for (const move of moves) await feeds.move(move);
  return moves.length > 0 ? "short" : undefined;
}
