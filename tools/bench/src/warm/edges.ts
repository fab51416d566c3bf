// Three edges around the same reaction: ours, a raw loop as many write it, and Powertools' batch.
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { DomainEvent } from "@order-saga/contracts";
import { silentLog } from "@order-saga/messaging/log";
import { reactionManifest } from "@order-saga/messaging/manifest";
import { parseMessage } from "@order-saga/messaging/message";
import { reaction } from "@order-saga/messaging/reaction";
import { testContext } from "@order-saga/messaging/testing";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";

export type Edge = { name: string; says: string; handle(event: SQSEvent): Promise<SQSBatchResponse> };

const manifest = reactionManifest({ name: "bench", hears: ["OrderPlaced"] });

/** `work` is what the reaction itself does with an event. */
export function edges(work: (event: DomainEvent) => Promise<void>): readonly Edge[] {
  const settle = reaction(
    manifest,
    async (event) => {
      await work(event);
      return [];
    },
    { publish: async () => {}, park: async () => {}, log: silentLog, now: () => 0 },
  );
  const detailOf = (body: string) => (JSON.parse(body) as { detail: DomainEvent }).detail;
  const powertools = (parse: (body: string) => DomainEvent): Edge["handle"] => {
    const processor = new BatchProcessor(EventType.SQS);
    const handleRecord = async ({ body }: SQSRecord) => work(parse(body));
    return async (event) => processPartialResponse(event, handleRecord, processor);
  };
  const rawLoop = (parse: (body: string) => DomainEvent): Edge["handle"] => {
    return async ({ Records }) => {
      const batchItemFailures: { itemIdentifier: string }[] = [];
      for (const { body, messageId } of Records) {
        try {
          await work(parse(body));
        } catch {
          batchItemFailures.push({ itemIdentifier: messageId });
        }
      }
      return { batchItemFailures };
    };
  };
  const parsed = (body: string) => parseMessage(body, manifest.hears);
  return [
    {
      name: "ours",
      says: "middy, partial batch response, contract, owner and id checked",
      handle: (event) => settle(event, testContext),
    },
    { name: "raw loop", says: "JSON.parse and try, record by record", handle: rawLoop(detailOf) },
    { name: "raw loop, contract", says: "the same with the contract parsed", handle: rawLoop(parsed) },
    { name: "Powertools batch", says: "BatchProcessor with JSON.parse", handle: powertools(detailOf) },
    { name: "Powertools, contract", says: "the same with the contract parsed", handle: powertools(parsed) },
  ];
}
