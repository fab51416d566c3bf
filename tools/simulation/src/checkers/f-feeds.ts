// F1–F3: every row of a stock feed counts once, every row is applied or reported, and an older file changes
// nothing.
import { createHash } from "node:crypto";
import { type FeedRecords, feedViolations, feedViolationsAtRest } from "@order-saga/invariants/feeds";
import type { RowError } from "@order-saga/inventory/feed/csv";
import { type Change, comparableSequencer, type Feed } from "@order-saga/inventory/feed/feed";
import { toFeed } from "@order-saga/inventory/store/feeds-dynamodb";
import { feedBatch, feedErrors } from "@order-saga/protocol/feed-records";
import { feedKeyRecord, feedRecord } from "@order-saga/protocol/records";
import type { Checker, Item, Observed, UploadedVersion, Violation } from "./observed.ts";
import { isGenuine, violation } from "./records.ts";
import { createStockSums, type StockSums } from "./stock-sums.ts";

export function feedCheckers(): Checker[] {
  return [
    checker("F1", "each row of a stock feed counts at most once, and as much as it says", otherLevel),
    checker("F2", "a feed's counts are its rows; at rest each was applied, or is reported"),
    checker(
      "F3",
      "a feed ends and says so; a file that a newer one has replaced changes nothing",
      overtaken,
      unended,
    ),
  ];
}

type Known = {
  feed: Feed | undefined;
  batches: Map<string, readonly Change[]>;
  errors: Map<string, RowError[]>;
};
type Newest = ReadonlyMap<string, string>;

/** What a batch of rows broke besides, in the step that wrote it. */
type LookAtBatch = (
  changes: readonly Change[],
  given: { feed: Feed; newest: Newest; rows: readonly string[]; stock: StockSums },
) => string | undefined;

function checker(
  invariant: string,
  says: string,
  look?: LookAtBatch,
  missing?: (observed: Observed, feeds: ReadonlyMap<string, Known>) => Violation[],
): Checker {
  const known = new Map<string, Known>();
  /** The sequencer of the newest claimed file, by the object's key. */
  const newest = new Map<string, string>();
  const stock = createStockSums();
  const ours = (found: readonly Violation[]) => found.filter((each) => each.invariant === invariant);

  function learn(item: Item): string | undefined {
    const pk = String(item.pk);
    if (feedKeyRecord.is(item)) newest.set(feedKeyRecord.id(pk), String(item.sequencer));
    if (!pk.startsWith("FEED#")) return undefined;
    const feedId = feedRecord.id(pk);
    const records = known.get(feedId) ?? { feed: undefined, batches: new Map(), errors: new Map() };
    known.set(feedId, records);
    if (feedRecord.is(item)) records.feed = toFeed(item as Parameters<typeof toFeed>[0]);
    // A batch that is written again would hide what it was.
    const again = (written: ReadonlyMap<string, unknown>) => `${item.sk}/${written.size}`;
    if (feedBatch.is(item)) records.batches.set(again(records.batches), item.changes as Change[]);
    if (feedErrors.is(item)) records.errors.set(again(records.errors), item.errors as RowError[]);
    return feedId;
  }

  return {
    invariant,
    says,
    afterStep(observed, step) {
      stock.learn(step);
      const touched = new Set(step.written.flatMap((item) => learn(item) ?? []));
      return [...touched].flatMap((feedId) => {
        const records = recordsOf(observed, known.get(feedId));
        if (!records) return [];
        const detail = step.written.filter(feedBatch.is).flatMap((item) => {
          const rows = records.text?.split("\n") ?? [];
          return look?.(item.changes as Change[], { feed: records.feed, newest, rows, stock }) ?? [];
        });
        return [
          ...ours(feedViolations(records)),
          ...detail.map((each) => violation(invariant, each, feedId)),
        ];
      });
    },
    atRest(observed) {
      const judged = [...known.values()].flatMap((each) => {
        const records = recordsOf(observed, each);
        return records ? feedViolationsAtRest(records) : [];
      });
      const lost = new Set(observed.lost.map(({ orderId }) => orderId));
      return [...ours(judged), ...(missing?.(observed, known) ?? [])].filter(
        ({ orderId }) => !lost.has(orderId),
      );
    },
  };
}

function recordsOf(observed: Observed, known: Known | undefined): FeedRecords | undefined {
  if (!known?.feed) return undefined;
  const version = observed.uploads.find(({ versionId }) => versionId === known.feed?.file?.versionId);
  return {
    feed: known.feed,
    changes: [...known.batches.values()].flat(),
    errors: [...known.errors.values()].flat(),
    ...(version && { text: textOf(version) }),
  };
}

const textOf = ({ bytes }: UploadedVersion) => new TextDecoder().decode(bytes);

/** A level is what is available in all buckets, whatever is reserved. */
const otherLevel: LookAtBatch = (changes, { feed, rows, stock }) => {
  if (feed.header?.column !== "level") return undefined;
  const wrong = changes.find(({ lines, sku }) => {
    const level = Number(rows[(lines.at(-1) ?? 0) - 1]?.split(/[,;]/)[1]);
    return stock.sum(sku, "available") !== level;
  });
  if (!wrong) return undefined;
  return `${stock.sum(wrong.sku, "available")} of ${wrong.sku} are available after a level was set`;
};

const overtaken: LookAtBatch = (_, { feed, newest }) => {
  const { key = "", sequencer = "" } = feed.file ?? {};
  return newest.get(key) === comparableSequencer(sequencer) ? undefined : "an older file changed the stock";
};

/** Every uploaded version has its feed, which has said how it ended, with the file's own hash. */
function unended(observed: Observed, feeds: ReadonlyMap<string, Known>): Violation[] {
  const said = new Set(observed.published.filter(isGenuine).map(({ event }) => event.id));
  return observed.uploads.flatMap((version) => {
    const { about = "", bytes, versionId } = version;
    const feed = [...feeds.values()].find((each) => each.feed?.file?.versionId === versionId)?.feed;
    if (!feed) return [violation("F3", `the upload ${versionId} became no feed`, about)];
    const { StockFeedImported, StockFeedRefused } = feed.events;
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const wrong = [
      ...(StockFeedImported && StockFeedRefused ? ["was imported and refused"] : []),
      ...[StockFeedImported, StockFeedRefused].flatMap((event) =>
        event && !said.has(event.id) ? [`${event.type} was never published`] : [],
      ),
      ...(StockFeedImported && StockFeedImported.data.sha256 !== sha256 ? ["has another file's hash"] : []),
      ...(StockFeedRefused?.data.reason === "older" && !isReplaced(observed, version)
        ? ["was refused as older, and is the newest of its key"]
        : []),
    ];
    return wrong.map((detail) => violation("F3", detail, about));
  });
}

const isReplaced = ({ uploads }: Observed, { key, sequencer }: UploadedVersion) =>
  uploads.some((other) => other.key === key && other.sequencer > sequencer);
