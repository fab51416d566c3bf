// The webhooks of a deployed stage: its table and its queue, with the operator's own credentials.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createWebhookDesk, type WebhookDesk } from "@order-saga/console/webhook-desk";
import { tablesOf } from "@order-saga/dead-letters/stage";
import { stageName } from "@order-saga/services/names";
import { readEndpoints } from "@order-saga/webhooks/endpoints";
import { deliverWebhook } from "@order-saga/webhooks/service";

export async function openWebhooksOfStage(
  stage: string,
  endpoints: string,
  { dynamodb, sqs }: { dynamodb: DynamoDBClient; sqs: SQSClient } = {
    dynamodb: new DynamoDBClient({}),
    sqs: new SQSClient({}),
  },
): Promise<WebhookDesk> {
  const tableOf = await tablesOf(dynamodb, stageName(stage, ""));
  const QueueName = stageName(stage, `webhooks-${deliverWebhook.name}`);
  const { QueueUrl = "" } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  return createWebhookDesk({
    client: DynamoDBDocumentClient.from(dynamodb, { marshallOptions: { removeUndefinedValues: true } }),
    sqs,
    tableName: tableOf("webhooks"),
    queueUrl: QueueUrl,
    endpoints: readEndpoints(endpoints),
    now: () => Date.now(),
  });
}
