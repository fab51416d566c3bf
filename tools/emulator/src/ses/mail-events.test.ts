// Mails to the mailbox simulator come back as events of SES on the default bus, in the shapes of its guide.
import { PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { SendRawEmailCommand } from "@aws-sdk/client-ses";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { clientsOf, openToRules, startForTest } from "../testing.ts";

const queueArn = "arn:aws:sqs:eu-west-1:000000000000:returns";

/** What a queue hears of a mail to these. */
async function returnsOf(
  to: string[],
  given: { tellsReturns?: boolean; ConfigurationSetName?: string } = {},
) {
  const { ConfigurationSetName = "shop", tellsReturns = true } = given;
  const ses = { verified: ["example.com"], configurationSets: ["shop"], tellsReturns };
  const {
    eventBridge,
    sqs,
    ses: mails,
  } = clientsOf(await startForTest({ ses, now: () => 1_767_614_405_250 }));
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: "returns", Attributes: openToRules }),
  );
  const EventPattern = JSON.stringify({ source: ["aws.ses"] });
  await eventBridge.send(new PutRuleCommand({ Name: "returns", EventPattern }));
  await eventBridge.send(
    new PutTargetsCommand({ Rule: "returns", Targets: [{ Id: "queue", Arn: queueArn }] }),
  );
  const raw = `From: shop@example.com\r\nTo: ${to.join(", ")}\r\nSubject: Tea\r\n\r\nhello`;
  const { MessageId } = await mails.send(
    new SendRawEmailCommand({
      RawMessage: { Data: Buffer.from(raw) },
      Tags: [{ Name: "order", Value: "ord_1" }],
      ...(ConfigurationSetName !== "" && { ConfigurationSetName }),
    }),
  );
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
  );
  return { MessageId, events: Messages.map(({ Body = "" }) => JSON.parse(Body)) };
}

test.each([
  ["bounce@simulator.amazonses.com", "Permanent", "General"],
  ["Bounce+of-one@simulator.amazonses.com", "Permanent", "General"],
  ["suppressionlist@simulator.amazonses.com", "Permanent", "Suppressed"],
  ["Ada <ooto+x@simulator.amazonses.com>", "Transient", "General"],
])("a mail to %s comes back as %s/%s", async (to, bounceType, bounceSubType) => {
  const { MessageId, events } = await returnsOf([to]);
  const emailAddress = /<(.*)>/.exec(to)?.[1] ?? to;
  expect(events).toMatchObject([
    {
      source: "aws.ses",
      "detail-type": "Email Bounced",
      time: "2026-01-05T12:00:05Z",
      resources: ["arn:aws:ses:eu-west-1:000000000000:configuration-set/shop"],
      detail: {
        eventType: "Bounce",
        bounce: { bounceType, bounceSubType, bouncedRecipients: [{ emailAddress }] },
        mail: {
          messageId: MessageId,
          destination: [emailAddress],
          tags: { "ses:configuration-set": ["shop"], order: ["ord_1"] },
        },
      },
    },
  ]);
});

test("a complaint has the type that most providers report", async () => {
  const { events } = await returnsOf(["complaint@simulator.amazonses.com"]);
  expect(events).toMatchObject([
    {
      "detail-type": "Email Complaint Received",
      detail: { eventType: "Complaint", complaint: { complaintFeedbackType: "abuse" } },
    },
  ]);
});

test("each recipient's is told by itself", async () => {
  const { events } = await returnsOf([
    "bounce@simulator.amazonses.com",
    "ada@example.com",
    "complaint+1@simulator.amazonses.com",
  ]);
  expect(events.map((event) => event["detail-type"]).sort()).toEqual([
    "Email Bounced",
    "Email Complaint Received",
  ]);
  expect(new Set(events.map(({ id }) => id)).size).toBe(2);
});

test.each([
  ["success@simulator.amazonses.com", {}],
  ["bounce@example.com", {}],
  ["bounce@simulator.amazonses.com", { tellsReturns: false }],
  ["bounce@simulator.amazonses.com", { ConfigurationSetName: "" }],
])("of a mail to %s nothing is told (%j)", async (to, given) => {
  expect((await returnsOf([to], given)).events).toEqual([]);
});
