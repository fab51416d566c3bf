// A message as a queue keeps it, its size and its digests.
import { createHash, hash, randomUUID } from "node:crypto";

/** As on the wire; the binary value is in base64. */
export type MessageAttribute = { DataType: string; StringValue?: string; BinaryValue?: string };
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** Times are milliseconds. */
export type Message = {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly groupId: string | undefined;
  /** Of X-Ray; it is carried, and does not count to the message's size. */
  readonly traceHeader: string | undefined;
  readonly sentAt: number;
  readonly delayedUntil: number | undefined;
  receiveCount: number;
  firstReceivedAt: number | undefined;
  /** Undefined when the message is gone. */
  queueName: string | undefined;
  /** Of the latest receive. */
  receiptHandle: string | undefined;
  /** Until when it is in flight; the moment may have passed. */
  visibleAt: number | undefined;
  /** The queue in which it became a dead letter (SQS API reference, DeadLetterQueueSourceArn). */
  sourceArn: string | undefined;
  /** Its row in the file, assigned when it arrives. */
  row: number | undefined;
  isWritten: boolean;
};

export type NewMessage = {
  body: string;
  attributes?: MessageAttributes | undefined;
  groupId?: string | undefined;
  traceHeader?: string | undefined;
  delaySeconds?: number | undefined;
};

export function createMessage(given: NewMessage): Message {
  const { body, attributes = {}, groupId, traceHeader, delaySeconds } = given;
  const sentAt = Date.now();
  return {
    id: randomUUID(),
    body,
    attributes,
    groupId,
    traceHeader,
    sentAt,
    delayedUntil: delaySeconds ? sentAt + delaySeconds * 1000 : undefined,
    receiveCount: 0,
    firstReceivedAt: undefined,
    queueName: undefined,
    receiptHandle: undefined,
    visibleAt: undefined,
    sourceArn: undefined,
    row: undefined,
    isWritten: false,
  };
}

/** Bytes, as SQS counts them: the body, and each attribute's name, type and value. */
export function sizeOf(body: string, attributes: MessageAttributes): number {
  let bytes = Buffer.byteLength(body);
  for (const [name, { BinaryValue = "", DataType, StringValue = "" }] of Object.entries(attributes)) {
    for (const text of [name, DataType, StringValue]) bytes += Buffer.byteLength(String(text));
    bytes += Buffer.byteLength(String(BinaryValue), "base64");
  }
  return bytes;
}

export const md5OfBody = ({ body }: Message): string => hash("md5", body, "hex");

const STRING = 1;
const BINARY = 2;

export const md5OfTraceHeader = ({ traceHeader }: Message): string | undefined =>
  traceHeader === undefined
    ? undefined
    : md5OfAttributes({ AWSTraceHeader: { DataType: "String", StringValue: traceHeader } });

/** Undefined if there are none (SQS guide, "Calculating the MD5 message digest for message attributes"). */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const md5 = createHash("md5");
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    md5.update(length).update(bytes);
  };
  for (const name of names) {
    const { BinaryValue = "", DataType, StringValue = "" } = attributes[name] as MessageAttribute;
    const isBinary = DataType.startsWith("Binary");
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    md5.update(Buffer.of(isBinary ? BINARY : STRING));
    add(isBinary ? Buffer.from(BinaryValue, "base64") : Buffer.from(StringValue));
  }
  return md5.digest("hex");
}
