// notify-customer through its real edge, over stores and mailers in memory, for this package's own tests.
import { grantedPorts } from "@order-saga/messaging/granted-ports";
import { createLog, type Log } from "@order-saga/messaging/log";
import type { Contacts } from "@order-saga/messaging/personal-data/contacts";
import { createMemoryQuotaStore } from "@order-saga/messaging/quota/memory";
import { createQuota } from "@order-saga/messaging/quota/places";
import { reaction } from "@order-saga/messaging/reaction";
import type { MailReturn } from "@order-saga/messaging/returned-mail";
import { returnedMails } from "@order-saga/messaging/returned-mail-reaction";
import { aBatch, testContext, testNow, testOrderId } from "@order-saga/messaging/testing";
import { createMemoryMailer } from "./mailer/memory.ts";
import { withinQuota } from "./mailer/within-quota.ts";
import type { NotificationPorts, NotificationStore } from "./ports.ts";
import { notifyCustomerHandler, returnedMailHandler } from "./reactions.ts";
import { notification, notifyCustomer } from "./service.ts";
import { createMemoryStore } from "./store/memory.ts";

export const claimLife = 2 * notifyCustomer.timeoutSeconds * 1000;

export const ada = { email: "ada@example.com", name: "Ada" };

/** Contacts of which each is Ada's. */
export const adasContacts: Contacts = { contactOf: async () => ({ contact: ada }), stopMail: async () => {} };

/** What EventBridge puts on the queue for a mail that came back. */
export function aReturn(
  how: MailReturn,
  given: { orderId?: string; mail?: string; time?: string } = {},
): string {
  const { mail = "received", orderId = testOrderId, time = "2026-01-05T12:00:05Z" } = given;
  const bounceType = { bounced: "Permanent", bounced_for_now: "Transient", complained: "" }[how];
  return JSON.stringify({
    source: "aws.ses",
    "detail-type": how === "complained" ? "Email Complaint Received" : "Email Bounced",
    time,
    detail: { orderId, mail, bounceType },
  });
}

let claims = 0;

/** The service at a moment that the test moves, with everything it does kept for the test to see. */
export function aService(
  given: { store?: NotificationStore; contacts?: Contacts; mailsPerHour?: number } = {},
) {
  const store = given.store ?? createMemoryStore();
  const mailer = createMemoryMailer();
  const lines: string[] = [];
  const parked: string[] = [];
  const putOff: { body: string; delaySeconds: number }[] = [];
  const clock = { now: testNow };
  const log: Log = createLog({
    service: "notification",
    level: "debug",
    now: () => clock.now,
    write: (line) => lines.push(line),
  });
  const granted = grantedPorts(notification, notifyCustomer);
  const { mailsPerHour: limit } = given;
  const terms = { limit: limit ?? 0, windowMilliseconds: 3600_000 };
  const quota = limit === undefined ? undefined : createQuota(createMemoryQuotaStore(), terms);
  const ports: NotificationPorts = {
    store: granted.store(store),
    mailer: withinQuota(granted.mailer(mailer), quota, () => clock.now),
    contacts: given.contacts ?? adasContacts,
    clock: () => clock.now,
    newClaim: () => `claim-${++claims}`,
    later: async (body, delaySeconds) => void putOff.push({ body, delaySeconds }),
    claimLife,
  };
  const edge = {
    publish: () => Promise.reject(new TypeError("notification says nothing")),
    park: async ({ error }: { error: Error }) => void parked.push(error.name),
    log,
    now: () => clock.now,
  };
  const handler = reaction(
    notifyCustomer,
    notifyCustomerHandler(ports),
    edge,
    returnedMails(returnedMailHandler(ports)),
  );
  const deliver = async (...events: Parameters<typeof aBatch>[0][number][]) => {
    const answer = await handler(aBatch(events), testContext);
    return answer?.batchItemFailures.map((failure) => failure.itemIdentifier) ?? [];
  };
  const mails = async () => {
    const record = await store.load(testOrderId);
    return Object.fromEntries(Object.entries(record?.mails ?? {}).map(([kind, mail]) => [kind, mail.state]));
  };
  return {
    store,
    mailer,
    lines,
    parked,
    putOff,
    clock,
    deliver,
    mails,
    kinds: () => mailer.sent.map((mail) => mail.kind),
  };
}
