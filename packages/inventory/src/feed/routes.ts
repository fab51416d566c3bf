// The routes of stock feeds: a form to upload a file with, and how its import stands.
import { FeedId, type StockFeedView } from "@order-saga/contracts";
import { type HttpAnswer, type HttpRequest, problem } from "@order-saga/messaging/http";
import { waitingFeed } from "./feed.ts";
import type { FeedStore, UploadForms } from "./ports.ts";

type CreatePorts = {
  feeds: Pick<FeedStore, "create">;
  forms: UploadForms;
  /** A UUID. */
  newId: () => string;
  /** Uploads under it are imported; ends with a slash. */
  prefix: string;
};

export function createStockFeedHandler({ feeds, forms, newId, prefix }: CreatePorts) {
  return async (): Promise<HttpAnswer> => {
    const feedId = `feed_${newId().replaceAll("-", "")}`;
    await feeds.create(waitingFeed(feedId));
    const upload = await forms.create(`${prefix}${feedId}.csv`);
    const headers = { location: `/stock-feeds/${feedId}` };
    return { status: 201, headers, body: { feedId, upload } };
  };
}

export function getStockFeedHandler({ feeds }: { feeds: Pick<FeedStore, "load" | "errors"> }) {
  return async ({ path }: HttpRequest<undefined>): Promise<HttpAnswer> => {
    const id = FeedId.safeParse(path.feedId);
    const feed = id.success ? await feeds.load(id.data) : undefined;
    if (!feed) throw problem(404, "unknown-feed", "There is no such stock feed.");
    const { applied, events, feedId, refused, rows, sha256, state } = feed;
    const reason = events.StockFeedRefused?.data.reason;
    const body: StockFeedView = {
      feedId,
      status: state,
      ...(reason !== undefined && { reason }),
      rows,
      applied,
      refused,
      ...(sha256 !== undefined && { sha256 }),
      errors: await feeds.errors(feed),
    };
    return { status: 200, headers: { "cache-control": "no-cache" }, body };
  };
}
