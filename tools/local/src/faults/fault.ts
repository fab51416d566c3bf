// Every fault that can be asked for, as it is written in a request to `/__local/faults`.
import { eventTypes, OrderId } from "@order-saga/contracts";
import { published } from "@order-saga/emulator/dynamodb/contention/throughput";
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import * as z from "zod";

const reactionNames = allReactions(services).map(({ manifest }) => manifest.name);

const often = {
  times: z.int().min(1).max(1_000_000).optional().describe("how often it strikes; else until it is removed"),
  chance: z.number().gt(0).max(1).default(1).describe("of striking, drawn from the seed"),
};
const ofOrder = { ...often, orderId: z.optional(OrderId).describe("strikes this order only") };
const ofReaction = {
  ...ofOrder,
  reaction: z.enum(reactionNames).optional().describe("strikes this reaction only"),
};
const effect = z.enum(["before", "after"]).default("after").describe("the work it interrupts");
/** SQS delays a message by 15 minutes at most (SQS API reference, "SendMessage"). */
const seconds = z.int().min(1).max(900);

/** DynamoDB's published figure, unless a request says another. */
const units = (given: number, says: string) => z.int().min(1).max(40_000).default(given).describe(says);
const { partition, warm } = published;

const operation = z.enum(["authorize", "capture", "void", "refund", "look-up"]);

export const Fault = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("fail"), ...ofReaction }).describe("matching records of a batch fail"),
  z
    .strictObject({ kind: z.literal("time-out"), effect, ...ofReaction })
    .describe("a batch with a matching record is not answered within the function's time"),
  z
    .strictObject({ kind: z.literal("crash"), effect, ...ofReaction })
    .describe("the function dies over a batch with a matching record"),
  z
    .strictObject({ kind: z.literal("duplicate"), copies: z.int().min(1).max(10).default(1), ...ofReaction })
    .describe("the bus puts an event on a queue more than once"),
  z
    .strictObject({ kind: z.literal("delay"), seconds, ...ofReaction })
    .describe("an event reaches a queue late"),
  z
    .strictObject({ kind: z.literal("reorder"), withinSeconds: seconds.default(30), ...ofReaction })
    .describe("events reach a queue after a wait of random length, so that they overtake each other"),
  z
    .strictObject({ kind: z.literal("poison"), ...ofReaction })
    .describe("an unreadable message arrives beside an event"),
  z
    .strictObject({ kind: z.literal("queue-down"), ...ofReaction })
    .describe("a queue refuses an event; the bus tries again by its retry policy"),
  z
    .strictObject({
      kind: z.literal("put-events"),
      outcome: z.enum(["refused", "throttled", "answer-lost"]),
      event: z.enum(eventTypes).optional().describe("strikes this type of event only"),
      ...ofOrder,
    })
    .describe("the bus refuses matching entries, or the request, or takes it and its answer is lost"),
  z
    .strictObject({
      kind: z.literal("provider"),
      outcome: z.enum([
        "down",
        "slow",
        "unknown",
        "declined",
        "server-error",
        "server-error-kept",
        "throttled",
        "key-in-use",
      ]),
      operation: operation.optional(),
      milliseconds: z.int().min(1).max(60_000).optional().describe("how long a slow answer takes"),
      ...ofOrder,
    })
    .describe("the payment provider; unknown means that it did what it was asked and its answer is lost"),
  z
    .strictObject({
      kind: z.literal("webhook"),
      outcome: z.enum(["lost", "doubled", "late", "reordered", "forged"]),
      event: z.string().min(1).optional().describe("strikes this type of the provider's events only"),
      seconds: seconds.default(60).describe("how late, or within which time"),
      ...ofOrder,
    })
    .describe("what the provider tells the shop; forged means that two forgeries come with it"),
  z
    .strictObject({
      kind: z.literal("limit"),
      of: z.enum(["provider", "mail"]),
      perSecond: z.int().min(1).max(10_000).describe("what is let through"),
      operation: operation.optional().describe("of the provider's; else all of them together"),
      ...often,
    })
    .describe("the provider or the mail service takes so much a second, and refuses the rest"),
  z
    .strictObject({
      kind: z.literal("contention"),
      transactionMilliseconds: z
        .int()
        .min(1)
        .max(10_000)
        .default(15)
        .describe("how long a transaction holds its items"),
      partitionWriteUnits: units(partition.write, "what one partition takes of writes a second"),
      partitionReadUnits: units(partition.read, "what one partition takes of reads a second"),
      tableWriteUnits: units(warm.write, "what a table or an index takes of writes, until it has grown"),
      tableReadUnits: units(warm.read, "what a table or an index takes of reads, until it has grown"),
      ...often,
    })
    .describe("tables take their time, and no more than a new table in AWS, or less; the rest is refused"),
  z
    .strictObject({ kind: z.literal("stale-reads"), withinSeconds: seconds.default(1), ...often })
    .describe("a read that need not be consistent, as of an index, shows what was there before"),
  z
    .strictObject({
      kind: z.literal("mail"),
      outcome: z.enum(["refused", "throttled", "unknown"]),
      ...ofOrder,
    })
    .describe("the mail service; unknown means that the mail went out and its answer is lost"),
]);
export type Fault = z.infer<typeof Fault>;
export type FaultKind = Fault["kind"];
export type FaultOf<K extends FaultKind> = Extract<Fault, { kind: K }>;

/** A fault as a request may write it, without what has a default. */
export type GivenFault = z.input<typeof Fault>;
