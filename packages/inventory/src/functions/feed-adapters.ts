// The adapters that the functions of stock feeds share: the table's feeds, and the bucket of uploads.
import { createDocumentClient } from "@order-saga/messaging/dynamodb";
import { type ExecutionEnvironment, requiredVariable } from "@order-saga/messaging/execution-environment";
import { createS3Client, createS3Files } from "../files/s3.ts";
import { createFeedStore } from "../store/feeds-dynamodb.ts";
import { backOff } from "./adapters.ts";

export function feedStore(env: ExecutionEnvironment) {
  const client = env.client("dynamodb", createDocumentClient);
  return createFeedStore({ client, tableName: requiredVariable(env, "TABLE_NAME"), pause: env.pause });
}

export const uploadBucket = (env: ExecutionEnvironment) => ({
  client: env.client("s3", createS3Client),
  bucket: requiredVariable(env, "BUCKET_NAME"),
});

export const feedPorts = (env: ExecutionEnvironment) => ({
  feeds: feedStore(env),
  files: createS3Files(uploadBucket(env)),
  backOff: backOff(env),
});
