// A mail that came back: which of SES's events reach a queue, and how they are read and handled there.
import { expect, test } from "vitest";
import type { PermanentError } from "./errors.ts";
import { createLog } from "./log.ts";
import { reactionManifest } from "./manifest.ts";
import type { ReactionContext } from "./reaction.ts";
import { reaction } from "./reaction.ts";
import { isFromSes, type ReturnedMail, ReturnedMailMessage, returnedMailPattern } from "./returned-mail.ts";
import { returnedMails } from "./returned-mail-reaction.ts";
import { aBatch, anEvent, testContext, testNow, testOrderId } from "./testing.ts";

const bulkId = `bulk_${"0123456789abcdef".repeat(2)}`;
const time = "2026-01-05T12:00:07Z";

/** What the rule's transformer leaves of SES's event. */
function aReturnedMail(detail: object = {}, envelope: object = {}) {
  return {
    source: "aws.ses",
    "detail-type": "Email Bounced",
    time,
    detail: { orderId: testOrderId, mail: "confirmed", bounceType: "Permanent", ...detail },
    ...envelope,
  };
}
const complaint = { "detail-type": "Email Complaint Received" };

test("only mails of this configuration set that have both tags are heard of, and no complaint that is none", () => {
  expect(returnedMailPattern("shop-7")).toEqual({
    source: ["aws.ses"],
    "detail-type": ["Email Bounced", "Email Complaint Received"],
    detail: {
      mail: {
        tags: { "ses:configuration-set": ["shop-7"], order: [{ exists: true }], mail: [{ exists: true }] },
      },
      complaint: { complaintFeedbackType: [{ "anything-but": ["not-spam"] }, { exists: false }] },
    },
  });
});

test.each([
  ["a permanent bounce", aReturnedMail(), "bounced"],
  ["a full mailbox", aReturnedMail({ bounceType: "Transient" }), "bounced_for_now"],
  ["a bounce that SES cannot tell", aReturnedMail({ bounceType: "Undetermined" }), "bounced_for_now"],
  ["a complaint", aReturnedMail({ bounceType: "" }, complaint), "complained"],
])("%s is read", (_, message, how) => {
  const read = ReturnedMailMessage.parse(message);
  expect(read).toEqual({ orderId: testOrderId, mail: "confirmed", how, at: time });
});

test("a bulk's mail is read too", () => {
  expect(ReturnedMailMessage.parse(aReturnedMail({ orderId: bulkId })).orderId).toBe(bulkId);
});

test.each([
  ["another source", aReturnedMail({}, { source: "aws.s3" })],
  ["another event", aReturnedMail({}, { "detail-type": "Email Opened" })],
  ["no order", aReturnedMail({ orderId: "" })],
  ["no kind of mail", aReturnedMail({ mail: "" })],
  ["a kind with something before it", aReturnedMail({ mail: "<confirmed" })],
  ["a kind with something after it", aReturnedMail({ mail: "confirmed>" })],
])("%s is not read", (_, message) => expect(ReturnedMailMessage.safeParse(message).success).toBe(false));

test.each(["null", "{", "{}", '{"source":"orders"}', '"aws.ses"'])("%s is not SES's", (body) => {
  expect(isFromSes(body)).toBe(false);
});

/** A reaction to orders on whose queue returned mails lie too. */
function anEdge() {
  const returned: { mail: ReturnedMail; context: ReactionContext }[] = [];
  const ordered: string[] = [];
  const parked: PermanentError[] = [];
  const lines: string[] = [];
  const log = createLog({
    service: "orders",
    level: "info",
    now: () => testNow,
    write: (line) => lines.push(line),
  });
  const handler = reaction(
    reactionManifest({ name: "send-mails", hears: ["OrderConfirmed"] }),
    async ({ orderId }) => {
      ordered.push(orderId);
      return [];
    },
    {
      publish: async () => {},
      park: async ({ error }) => void parked.push(error),
      log,
      now: () => testNow,
    },
    returnedMails(async (mail, context) => {
      returned.push({ mail, context });
      context.log("info", "noted");
      return [];
    }),
  );
  const deliver = (...messages: Parameters<typeof aBatch>[0]) => handler(aBatch(messages, 3), testContext);
  return { deliver, ordered, parked, read: () => lines.map((line) => JSON.parse(line)), returned };
}

test("a returned mail and an event on one queue each reach their own use case", async () => {
  const edge = anEdge();
  const body = JSON.stringify(aReturnedMail());
  const answer = await edge.deliver(body, anEvent("OrderConfirmed"));
  expect(answer).toEqual({ batchItemFailures: [] });
  expect(edge.returned).toMatchObject([
    { mail: { orderId: testOrderId, how: "bounced" }, context: { attempt: 3, body, now: testNow } },
  ]);
  expect(edge.ordered).toEqual([testOrderId]);
  expect(edge.parked).toEqual([]);
});

test.each([
  [testOrderId, { orderId: testOrderId }],
  [bulkId, { bulkId }],
])("lines of the log name %s", async (orderId, fields) => {
  const edge = anEdge();
  await edge.deliver(JSON.stringify(aReturnedMail({ orderId })));
  const noted = edge.read().find(({ message }) => message === "noted");
  expect(noted).toMatchObject(fields);
  expect("orderId" in noted).toBe("orderId" in fields);
});

test("one that cannot be read is parked with what it is, and handled by nothing", async () => {
  const edge = anEdge();
  await edge.deliver(JSON.stringify(aReturnedMail({ mail: "ada@example.com" })));
  expect(edge.returned).toEqual([]);
  expect(edge.parked).toMatchObject([{ name: "ContractViolation" }]);
  expect(edge.parked[0]?.message).toMatch(/^the returned mail breaks its contract at \/detail\/mail/);
});
