// The observer is told of every delivery, payment and mail, also where the answer was lost.

import { PutEventsCommand, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { SendEmailCommand } from "@aws-sdk/client-ses";
import { CreateQueueCommand, GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import type { MailFault, PaymentFault } from "./faults.ts";
import type { EndpointObserver } from "./observer.ts";
import { clientsOf, openToRules, startForTest } from "./testing.ts";

type Told = { [K in keyof EndpointObserver]-?: Parameters<NonNullable<EndpointObserver[K]>>[0][] };

async function observed(faults: { payment?: PaymentFault[]; mail?: (MailFault | undefined)[] } = {}) {
  const told: Told = { delivered: [], paid: [], mailed: [] };
  const endpoint = await startForTest({
    faults: { payment: () => faults.payment?.shift(), mail: () => faults.mail?.shift() },
    observer: {
      delivered: (each) => told.delivered.push(each),
      paid: (each) => told.paid.push(each),
      mailed: (each) => told.mailed.push(each),
    },
  });
  const pay = (path: string, form: Record<string, string>, key: string) =>
    fetch(endpoint.url + path, {
      method: "POST",
      headers: { authorization: "Bearer sk_test_1", "idempotency-key": key },
      body: new URLSearchParams(form),
    }).catch(() => undefined);
  return { told, endpoint, clients: clientsOf(endpoint), pay };
}

const intent = {
  amount: "990",
  currency: "eur",
  payment_method: "pm_card_visa",
  capture_method: "manual",
  confirm: "true",
  "automatic_payment_methods[enabled]": "true",
  "automatic_payment_methods[allow_redirects]": "never",
  "metadata[orderId]": "ord_1",
};

test("an event that the bus puts on a queue is told with the queue and the message", async () => {
  const { clients, told } = await observed();
  const { QueueUrl } = await clients.sqs.send(
    new CreateQueueCommand({ QueueName: "q", Attributes: openToRules }),
  );
  const { Attributes } = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  const EventPattern = JSON.stringify({ source: ["shop.orders"] });
  await clients.eventBridge.send(new PutRuleCommand({ Name: "r", EventPattern }));
  const Targets = [{ Id: "q", Arn: Attributes?.QueueArn }];
  await clients.eventBridge.send(new PutTargetsCommand({ Rule: "r", Targets }));
  const Entries = [{ Source: "shop.orders", DetailType: "OrderPlaced", Detail: "{}" }];
  await clients.eventBridge.send(new PutEventsCommand({ Entries }));
  expect(told.delivered.map(({ queueArn, body }) => [queueArn, JSON.parse(body)["detail-type"]])).toEqual([
    [Attributes?.QueueArn, "OrderPlaced"],
  ]);
});

test("a payment is told with its status; one whose answer was lost has none", async () => {
  const { pay, told } = await observed({
    payment: [{ mode: "slow", milliseconds: 1 }, { mode: "timeout-after-effect" }, { mode: "down" }],
  });
  for (const key of ["a", "b", "c"]) await pay("/v1/payment_intents", intent, key);
  expect(told.paid.map(({ request, status }) => [request.idempotencyKey, status])).toEqual([
    ["a", 200],
    ["b", undefined],
    ["c", undefined],
  ]);
});

test("a mail is told with what became of it", async () => {
  const { clients, endpoint, told } = await observed({
    mail: [undefined, "refused", "throttled", "answer-lost"],
  });
  const mail = new SendEmailCommand({
    Source: "shop@example.com",
    Destination: { ToAddresses: ["ada@example.com"] },
    Message: { Subject: { Data: "Hello" }, Body: { Text: { Data: "Hello" } } },
  });
  for (let round = 0; round < 4; round++) await clients.ses.send(mail).catch(() => {});
  expect(told.mailed.map(({ outcome }) => outcome)).toEqual(["sent", "refused", "throttled", "unknown"]);
  // The first and the one whose answer was lost; who has read the first need not read it again.
  expect(endpoint.mails()).toHaveLength(2);
  expect(endpoint.mails(1)).toEqual(endpoint.mails().slice(1));
});

test("a provider that adopts an order's records goes on where the other one stood", async () => {
  const first = await observed();
  await first.pay("/v1/payment_intents", intent, "ord_1:authorize");
  await first.pay("/v1/payment_intents", { ...intent, "metadata[orderId]": "ord_2" }, "ord_2:authorize");
  const records = first.endpoint.payments.recordsOf("orderId", "ord_1");
  expect(records.intents).toHaveLength(1);
  const second = await observed();
  second.endpoint.payments.adopt(records);
  expect(second.endpoint.payments.intents()).toEqual(records.intents);
  const answer = await second.pay("/v1/payment_intents", intent, "ord_1:authorize");
  expect(answer?.headers.get("idempotent-replayed")).toBe("true");
  expect(second.endpoint.payments.intents()).toHaveLength(1);
});

test("a hold that was adopted lapses where it is now", async () => {
  let now = Date.now();
  const first = await observed();
  await first.pay("/v1/payment_intents", intent, "ord_1:authorize");
  const second = await startForTest({ now: () => now });
  second.payments.adopt(first.endpoint.payments.recordsOf("orderId", "ord_1"));
  expect(second.payments.intents()).toMatchObject([{ status: "requires_capture" }]);
  now += 7 * 24 * 3600_000 + 2000;
  expect(second.payments.intents()).toMatchObject([{ status: "canceled", cancellationReason: "automatic" }]);
});
