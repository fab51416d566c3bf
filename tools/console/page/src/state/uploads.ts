// Uploads a stock feed as any client does: the API signs a form, and the file goes to the bucket by it.
import type { StockFeedCreated } from "@order-saga/contracts/http";
import { Problem } from "./ask.ts";
import { askShop } from "./shop.ts";

/** Resolves with the feed's id once the bucket has the file. Rejects with a Problem. */
export async function uploadFeed(file: Blob): Promise<string> {
  const { feedId, upload } = await askShop<StockFeedCreated>("POST", "/stock-feeds", { body: {} });
  const form = new FormData();
  for (const [name, value] of Object.entries(upload.fields)) form.append(name, value);
  form.append("file", file, "feed.csv");
  const answer = await fetch(upload.url, { method: "POST", body: form }).catch(() => {
    throw new Problem(0, "The bucket does not answer");
  });
  if (answer.ok) return feedId;
  const [, message = `The bucket answered ${answer.status}`] =
    /<Message>([^<]*)<\/Message>/.exec(await answer.text()) ?? [];
  throw new Problem(answer.status, message);
}
