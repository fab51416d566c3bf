// What a table keeps of each stock feed, gathered from its items.
import type { RowError } from "@order-saga/inventory/feed/csv";
import type { Change } from "@order-saga/inventory/feed/feed";
import { toFeed } from "@order-saga/inventory/store/feeds-dynamodb";
import { feedBatch, feedErrors } from "@order-saga/protocol/feed-records";
import { feedRecord } from "@order-saga/protocol/records";
import type { FeedRecords } from "./feeds.ts";

type Item = Readonly<Record<string, unknown>>;

/** One for each feed; the files are not read again. */
export function feedsIn(items: readonly Item[]): FeedRecords[] {
  const prefix = feedRecord.key("").pk;
  const own = items.filter(({ pk }) => String(pk).startsWith(prefix));
  return [...Map.groupBy(own, ({ pk }) => pk).values()].flatMap((parts) => {
    const head = parts.find(feedRecord.is);
    if (!head) return [];
    const numbered = (kind: typeof feedBatch) =>
      parts.filter(kind.is).toSorted((a, b) => kind.number(String(a.sk)) - kind.number(String(b.sk)));
    return {
      feed: toFeed(head),
      changes: numbered(feedBatch).flatMap(({ changes }) => changes as readonly Change[]),
      errors: numbered(feedErrors).flatMap(({ errors }) => errors as readonly RowError[]),
    };
  });
}
