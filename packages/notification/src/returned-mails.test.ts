// Mails that come back, through the edge of notify-customer: their addresses have no more mail.
import { randomBytes } from "node:crypto";
import { contactText } from "@order-saga/messaging/personal-data/contact";
import { createContacts } from "@order-saga/messaging/personal-data/contacts";
import { createMemoryKeys } from "@order-saga/messaging/personal-data/memory";
import { createSeal } from "@order-saga/messaging/personal-data/personal-data";
import { customerOf } from "@order-saga/messaging/personal-data/sealing";
import type { MailReturn } from "@order-saga/messaging/returned-mail";
import { anEvent, testOrderId } from "@order-saga/messaging/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { sentAgain } from "./notification.ts";
import { ada, aReturn, aService, claimLife } from "./testing.ts";

const confirmed = anEvent("OrderConfirmed");
const otherId = `ord_${"7".repeat(32)}`;
const otherConfirmed = anEvent("OrderConfirmed", { orderId: otherId });

/** A service with the keys of its customers, and the orders that they place. */
function aShop() {
  const keys = createMemoryKeys();
  const { seal } = createSeal(keys, randomBytes);
  const service = aService({ contacts: createContacts(keys) });
  async function placed(given: { orderId?: string; email?: string; principal?: string } = {}) {
    const { email = ada.email, orderId = testOrderId, principal = "ada" } = given;
    const personal = await seal(principal, orderId, contactText({ email }));
    return anEvent("OrderPlaced", { orderId, data: { personal } });
  }
  const record = async (orderId = testOrderId) => (await service.store.load(orderId)) ?? expect.unreachable();
  return { ...service, forget: () => keys.forget(customerOf("ada")), placed, record };
}

test.each(["bounced", "complained"] as const)(
  "after a mail that %s the order shows it, and has no more mail, for a reason",
  async (how) => {
    const shop = aShop();
    await shop.deliver(await shop.placed());
    expect(await shop.deliver(aReturn(how))).toEqual([]);
    expect(await shop.deliver(confirmed)).toEqual([]);
    expect(shop.kinds()).toEqual(["received"]);
    const { mails, returned } = await shop.record();
    expect(returned).toEqual({ received: { how, at: "2026-01-05T12:00:05Z" } });
    expect(mails.received?.state).toBe("SENT");
    expect(mails.confirmed).toMatchObject({ state: "REFUSED", reason: how });
    expect(shop.parked).toEqual([]);
    expect(shop.lines.join("\n")).not.toContain("@");
    expect(shop.lines.join("\n")).not.toContain('"error"');
  },
);

test("what bounced for now is shown on the order, and the next mail is sent", async () => {
  const shop = aShop();
  await shop.deliver(await shop.placed());
  expect(await shop.deliver(aReturn("bounced_for_now"))).toEqual([]);
  expect(await shop.deliver(confirmed)).toEqual([]);
  expect(shop.kinds()).toEqual(["received", "confirmed"]);
  expect((await shop.record()).returned).toMatchObject({ received: { how: "bounced_for_now" } });
});

test("another order of the customer has no mail to that address, in whatever case its domain is, and to another it has", async () => {
  const shop = aShop();
  await shop.deliver(await shop.placed());
  await shop.deliver(aReturn("bounced"));
  const [one, other] = [`ord_${"1".repeat(32)}`, `ord_${"2".repeat(32)}`];
  await shop.deliver(await shop.placed({ orderId: one, email: "ada@EXAMPLE.com" }));
  await shop.deliver(await shop.placed({ orderId: other, email: "ada@work.example" }));
  expect((await shop.record(one)).mails.received).toMatchObject({ state: "REFUSED", reason: "bounced" });
  expect((await shop.record(other)).mails.received?.state).toBe("SENT");
});

test("another customer is not judged by it", async () => {
  const shop = aShop();
  await shop.deliver(await shop.placed());
  await shop.deliver(aReturn("complained"));
  await shop.deliver(await shop.placed({ orderId: otherId, principal: "eve" }));
  expect((await shop.record(otherId)).mails.received?.state).toBe("SENT");
});

test("a mail that comes back before it is written as sent is written as both", async () => {
  const shop = aShop();
  const sending = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  shop.mailer.before = () => {
    begun.resolve();
    return sending.promise;
  };
  const first = shop.deliver(await shop.placed());
  await begun.promise;
  expect(await shop.deliver(aReturn("bounced"))).toEqual([]);
  sending.resolve();
  expect(await first).toEqual([]);
  const { mails, returned } = await shop.record();
  expect(mails.received?.state).toBe("SENT");
  expect(returned?.received?.how).toBe("bounced");
});

test("a complaint about a mail of unknown outcome is kept, and the mail is not sent again", async () => {
  const shop = aShop();
  shop.mailer.after = () => {
    throw new Error("the answer was lost");
  };
  const placed = await shop.placed();
  expect(await shop.deliver(placed)).toHaveLength(1);
  shop.mailer.after = () => {};
  shop.clock.now += claimLife;
  expect(await shop.deliver(placed, aReturn("complained"))).toEqual([]);
  expect(await shop.mails()).toEqual({ received: "UNKNOWN" });
  expect((await shop.record()).returned?.received?.how).toBe("complained");
  expect(shop.kinds()).toEqual(["received"]);
});

test("told twice, it is written once", async () => {
  const shop = aShop();
  await shop.deliver(await shop.placed());
  await shop.deliver(aReturn("bounced"));
  const { version } = await shop.record();
  expect(await shop.deliver(aReturn("bounced"), aReturn("bounced"))).toEqual([]);
  expect((await shop.record()).version).toBe(version);
});

test("a mail of which there is no record is said in the log, and makes none", async () => {
  const shop = aShop();
  expect(await shop.deliver(aReturn("bounced"))).toEqual([]);
  expect(await shop.store.load(testOrderId)).toBeUndefined();
  expect(shop.lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: "warn", message: "a mail came back of which there is no record", orderId: testOrderId },
  ]);
  expect(shop.parked).toEqual([]);
});

test("of a customer who was forgotten the order says it, nothing else is kept, and who comes again has mail", async () => {
  const shop = aShop();
  await shop.deliver(await shop.placed());
  await shop.forget();
  expect(await shop.deliver(aReturn("bounced"))).toEqual([]);
  expect((await shop.record()).returned?.received?.how).toBe("bounced");
  await shop.deliver(await shop.placed({ orderId: otherId }));
  expect((await shop.record(otherId)).mails.received?.state).toBe("SENT");
});

test("who is forgotten after a bounce has mail under their next key", async () => {
  const shop = aShop();
  await shop.deliver(await shop.placed());
  await shop.deliver(aReturn("bounced"));
  await shop.forget();
  await shop.deliver(await shop.placed({ orderId: otherId }));
  expect((await shop.record(otherId)).mails.received?.state).toBe("SENT");
});

test("an operator has a mail sent again that was withheld, and it is sent", async () => {
  const shop = aShop();
  await shop.deliver(await shop.placed());
  await shop.deliver(aReturn("bounced"));
  await shop.deliver(confirmed);
  await shop.store.save(sentAgain(await shop.record(), "confirmed", shop.clock.now));
  expect(await shop.deliver(confirmed)).toEqual([]);
  expect(shop.kinds()).toEqual(["received", "confirmed"]);
});

test("a bulk's mail comes back as an order's", async () => {
  const shop = aShop();
  const bulk = anEvent("BulkPlaced");
  await shop.deliver(bulk);
  expect(await shop.deliver(aReturn("bounced_for_now", { orderId: bulk.bulkId, mail: "completed" }))).toEqual(
    [],
  );
  expect((await shop.record(bulk.bulkId)).returned?.completed?.how).toBe("bounced_for_now");
});

test.each([
  aReturn("bounced", { orderId: "ada@example.com" }),
  aReturn("bounced", { mail: "" }),
  aReturn("bounced", { time: "yesterday" }),
  '{"source":"aws.ses","detail-type":"Email Sent","time":"2026-01-05T12:00:05Z","detail":{}}',
  '{"source":"aws.ses"}',
])("a message of SES that breaks its contract is parked: %s", async (body) => {
  const shop = aShop();
  expect(await shop.deliver(body)).toEqual([]);
  expect(shop.parked).toEqual(["ContractViolation"]);
  expect(shop.lines.join("\n")).not.toContain("@");
});

test("a table that cannot be read brings the message back", async () => {
  const shop = aService({
    store: { load: () => Promise.reject(new Error("away")), save: async () => "written" },
  });
  expect(await shop.deliver(aReturn("bounced"))).toEqual(["message-1"]);
});

test("whatever comes first, and however often: the same end, and no mail after a return was heard", async () => {
  const hows = fc.constantFrom<MailReturn>("bounced", "bounced_for_now", "complained");
  const plan = fc.tuple(hows, hows, fc.integer({ min: 1, max: 3 }), fc.nat(), fc.nat());
  await fc.assert(
    fc.asyncProperty(plan, async ([one, other, times, ...seeds]) => {
      const ends = [];
      for (const seed of seeds) {
        const shop = aShop();
        await shop.deliver(await shop.placed());
        const returns = [aReturn(one), aReturn(other)].flatMap((each) => Array(times).fill(each));
        for (const each of rotated(returns, seed)) expect(await shop.deliver(each)).toEqual([]);
        await shop.deliver(await shop.placed({ orderId: otherId }), otherConfirmed, confirmed);
        const { mails, returned } = await shop.record();
        ends.push({
          states: statesOf(mails),
          returned,
          others: statesOf((await shop.record(otherId)).mails),
        });
      }
      expect(ends[1]).toEqual(ends[0]);
      const stops = [one, other].filter((how) => how !== "bounced_for_now");
      const wanted = stops.includes("complained") ? "complained" : (stops[0] ?? "SENT");
      expect(ends[0]?.states.confirmed).toBe(wanted);
      expect(ends[0]?.others).toEqual({ received: wanted, confirmed: wanted });
    }),
    { numRuns: 40 },
  );
});

const rotated = <T>(all: readonly T[], by: number): T[] => {
  const at = by % all.length;
  return [...all.slice(at), ...all.slice(0, at)];
};

const statesOf = (mails: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(mails).map(([kind, mail]) => [kind, mail.state === "REFUSED" ? mail.reason : mail.state]),
  );
