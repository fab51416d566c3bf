// Lambda entry of POST /stock-feeds.
import { type ExecutionEnvironment, edgeOf } from "@order-saga/messaging/execution-environment";
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { bucketOf } from "@order-saga/messaging/topology";
import { createStockFeedHandler } from "../feed/routes.ts";
import { createS3Forms } from "../files/s3.ts";
import { createStockFeed, inventory } from "../service.ts";
import { feedStore, uploadBucket } from "./feed-adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const handle = createStockFeedHandler({
    feeds: feedStore(env),
    forms: createS3Forms(uploadBucket(env)),
    newId: env.newId,
    prefix: bucketOf(inventory).prefix,
  });
  return route(createStockFeed, undefined, handle, edgeOf(env, inventory.name));
};

export const handler = create(lambda);
