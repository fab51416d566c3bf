// A transaction of DynamoDB, and why it was cancelled if it was.
import { TransactWriteCommand, type TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { cancellationCodes, type Table } from "@order-saga/messaging/dynamodb";

/** At most 100 items, none of them twice. */
export type Writes = NonNullable<TransactWriteCommandInput["TransactItems"]>;

/** Undefined when the transaction was carried out, otherwise the reason of each item. */
export async function transact({ client }: Table, TransactItems: Writes): Promise<string[] | undefined> {
  try {
    await client.send(new TransactWriteCommand({ TransactItems }));
    return undefined;
  } catch (error) {
    const codes = cancellationCodes(error);
    if (!codes) throw error;
    return codes;
  }
}
