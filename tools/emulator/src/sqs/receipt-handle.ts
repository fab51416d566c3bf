// Receipt handles, which tell the queue and the message that they were given for.
import { randomUUID } from "node:crypto";
import { missingParameter, SqsError } from "./errors.ts";
import type { Input } from "./input.ts";

const UUID = "[\\da-f]{8}(?:-[\\da-f]{4}){3}-[\\da-f]{12}";
const handle = new RegExp(`^([\\w-]{1,80})\\.(${UUID})\\.${UUID}$`);

export const newReceiptHandle = (queueName: string, messageId: string) =>
  `${queueName}.${messageId}.${randomUUID()}`;

export const messageIdOf = (receiptHandle: string) => handle.exec(receiptHandle)?.[2] ?? "";

/** One that some receive of the queue has given, as far as can be seen. */
export function receiptHandleIn({ ReceiptHandle }: Input, queueName: string): string {
  if (ReceiptHandle === undefined || ReceiptHandle === "") throw missingParameter("ReceiptHandle");
  if (typeof ReceiptHandle === "string" && handle.exec(ReceiptHandle)?.[1] === queueName)
    return ReceiptHandle;
  throw new SqsError(
    "ReceiptHandleIsInvalid",
    `The input receipt handle "${ReceiptHandle}" is not a valid receipt handle.`,
  );
}
