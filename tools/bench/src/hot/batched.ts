// All orders of a batch in one transaction: a model of what was not built, beside the shipped reactions.
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { DomainEvent } from "@order-saga/contracts";
import { cancellationCodes, createDocumentClient } from "@order-saga/messaging/dynamodb";
import {
  busPublisher,
  type ExecutionEnvironment,
  requiredVariable,
} from "@order-saga/messaging/execution-environment";
import { again, retry } from "@order-saga/messaging/retry";
import { anEvent } from "@order-saga/messaging/testing";
import { reservationRecord, stockRecord } from "@order-saga/protocol/records";
import type { FunctionCode, Handler } from "@order-saga/simulation/lambda";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";

type Kind = { says: "StockReserved" | "StockCommitted"; state: string; from: string; to: string };

const reserving: Kind = { says: "StockReserved", state: "RESERVED", from: "available", to: "reserved" };
const committing: Kind = { says: "StockCommitted", state: "COMMITTED", from: "reserved", to: "sold" };

/**
 * The shipped functions with these two in place of reserve-stock and commit-stock. They know no shortage, no
 * repeated message and one SKU, of which each order takes one: all that would make them slower.
 */
export function batched(functions: ReadonlyMap<string, FunctionCode>, sku: string): typeof functions {
  const replaced = (
    [
      ["reserve-stock", reserving],
      ["commit-stock", committing],
    ] as const
  ).map(([name, kind]) => {
    const code = functions.get(`inventory-${name}`);
    if (!code) throw new TypeError(`There is no function ${name}.`);
    return [code.name, { ...code, create: create(kind, sku) }] as const;
  });
  return new Map([...functions, ...replaced]);
}

const ATTEMPTS = 12;

function create({ from, says, state, to }: Kind, sku: string) {
  return (env: ExecutionEnvironment): Handler => {
    const client = env.client("dynamodb", createDocumentClient);
    const publish = busPublisher(env);
    const TableName = requiredVariable(env, "TABLE_NAME");
    const stock = {
      TableName,
      Key: stockRecord.key(sku),
      UpdateExpression: "SET #from = #from - :q, #to = #to + :q",
      ConditionExpression: "#from >= :q",
      ExpressionAttributeNames: { "#from": from, "#to": to },
    };

    /** False if another transaction was on the SKU. */
    async function write(orderIds: readonly string[]): Promise<boolean> {
      const puts = orderIds.map((orderId) => {
        const Item = { ...reservationRecord.key(orderId), orderId, state, lines: [{ sku, quantity: 1 }] };
        return { Put: { TableName, Item } };
      });
      const ExpressionAttributeValues = { ":q": orderIds.length };
      const TransactItems = [...puts, { Update: { ...stock, ExpressionAttributeValues } }];
      return client.send(new TransactWriteCommand({ TransactItems })).then(
        () => true,
        (error) => {
          if (cancellationCodes(error)?.includes("TransactionConflict")) return false;
          throw error;
        },
      );
    }

    return async (event): Promise<SQSBatchResponse> => {
      const records = (event as SQSEvent).Records;
      const events = records.map(({ body }) => (JSON.parse(body) as { detail: DomainEvent }).detail);
      const orderIds = events.flatMap((each) => ("orderId" in each ? [each.orderId] : []));
      const exhausted = () => new Error("The SKU is contended.");
      await retry({ attempts: ATTEMPTS, exhausted }, async (attempt) => {
        if (await write(orderIds)) return true;
        await env.pause(Math.min(1500, 10 * 2 ** attempt));
        return again;
      });
      await publish(orderIds.map((orderId) => anEvent(says, { orderId, now: env.now() })));
      return { batchItemFailures: [] };
    };
  };
}
