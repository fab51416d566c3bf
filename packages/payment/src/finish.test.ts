// Asking the provider until nothing is outstanding: what is returned, what is read, and whose answer counts.
import { anEvent, testOrderId } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { byClock, finish } from "./finish.ts";
import { anOrderPlaced, captured, held, nothing } from "./gateway/gateway.suite.ts";
import { ASKS_CUSTOMER } from "./gateway/stripe-test-cards.ts";
import { requestRefund } from "./ledger.ts";
import { type Heard, type Payment, recorded, withAuthorization, written } from "./payment.ts";
import type { PaymentGateway } from "./ports.ts";
import { aService, type ServiceUnderTest } from "./testing.ts";

const placed = anOrderPlaced();
const reserved = anEvent("StockReserved");
const cancel = anEvent("OrderCancelRequested");

/** A service whose last fact asks for a call that the provider, which was down, has not had yet. */
async function outstanding(...facts: Heard[]) {
  const service = aService();
  for (const event of facts.slice(0, -1)) await service.deliver(event);
  service.gateway.failNext("down");
  for (const event of facts.slice(-1)) await service.deliver(event);
  return service;
}

const recordOf = (service: ServiceUnderTest) => service.payment() ?? expect.unreachable();

/** Finishes what the record asks for, with calls of the gateway that the test answers itself. */
const finishing = ({ log, ports }: ServiceUnderTest, payment: Payment, calls: Partial<PaymentGateway> = {}) =>
  finish({ ...ports, gateway: { ...ports.gateway, ...calls } }, payment, { causeAt: byClock, log });

test("the events of its own writes and the last record are returned", async () => {
  const service = await outstanding(reserved, placed);
  const finished = await finishing(service, recordOf(service));
  expect(finished.payment).toEqual(service.payment());
  const { PaymentAuthorized, PaymentCaptured } = finished.payment.events;
  expect(finished.events).toEqual([PaymentAuthorized, PaymentCaptured]);
  expect(finished).not.toHaveProperty("unavailable");
  expect(service.books()).toEqual(captured);
});

test("a provider that is silent ends it, with what was recorded until then and the reason", async () => {
  const service = await outstanding(reserved, placed);
  service.gateway.failNext(undefined, "down");
  const finished = await finishing(service, recordOf(service));
  expect(finished.events.map(({ type }) => type)).toEqual(["PaymentAuthorized"]);
  expect(finished.payment).toEqual(service.payment());
  expect(finished.unavailable).toMatchObject({ name: "ProviderUnavailable" });
  expect(service.books()).toEqual(held);
});

test("a mistake of our own is no silence of the provider, and is thrown", async () => {
  const service = await outstanding(placed);
  const authorize = () => Promise.reject(new TypeError("a mistake"));
  await expect(finishing(service, recordOf(service), { authorize })).rejects.toThrow("a mistake");
  expect(service.books()).toEqual(nothing);
});

test("what another delivery recorded while the provider was asked is not recorded again, and said only as it is", async () => {
  for (const facts of [
    [placed],
    [placed, reserved],
    [placed, cancel],
    [placed, reserved, cancel],
  ] as Heard[][]) {
    const service = await outstanding(...facts);
    const before = recordOf(service);
    let other: Payment | undefined;
    const late =
      <A extends unknown[], R>(call: (...given: A) => Promise<R>) =>
      async (...given: A) => {
        const answer = await call(...given);
        other ??= (await finishing(service, before)).payment;
        return answer;
      };
    const { authorize, capture, refund, void: giveUp } = service.ports.gateway;
    const calls = {
      authorize: late(authorize),
      capture: late(capture),
      refund: late(refund),
      void: late(giveUp),
    };
    const finished = await finishing(service, before, calls);
    expect(finished.payment).toEqual(other);
    expect(service.payment()).toEqual(other);
    expect(other && recorded(other)).toEqual(expect.arrayContaining([...finished.events]));
    // It reads anew before it records how a card was authorised, and then it knows that another was first.
    if (facts.length === 1) expect(finished.events).toEqual([]);
  }
});

test("a refund's answer that comes late is not taken for the next refund's, and takes nothing back", async () => {
  const service = await outstanding(placed, reserved);
  await service.hearRing();
  const asking = async (id: string) => {
    const payment = recordOf(service);
    const asked = requestRefund(payment, { id, fingerprint: id, amount: 613 }, service.clock.now);
    if (!("isNew" in asked)) return expect.unreachable();
    await service.store.save(written(asked.payment, service.clock.now));
  };
  await asking("rf_1");
  service.gateway.refundNext("pending");
  let isFirst = true;
  const refund: PaymentGateway["refund"] = async (...given) => {
    const answer = await service.ports.gateway.refund(...given);
    if (!isFirst) return answer;
    isFirst = false;
    // Meanwhile the doorbell has heard of it, that it was made too, and a clerk asks for another.
    await service.hearRing();
    service.gateway.byHand.settleRefund(answer.providerId ?? "", "SUCCEEDED");
    await service.hearRing();
    await asking("rf_2");
    return answer;
  };
  const { payment } = await finishing(service, recordOf(service), { refund });
  expect(payment.refunds).toMatchObject([
    { id: "rf_1", status: "SUCCEEDED" },
    { id: "rf_2", status: "SUCCEEDED" },
  ]);
});

test("an intent that was given up is not taken for another of the same order, which still holds", async () => {
  const service = await outstanding(anOrderPlaced({ paymentMethod: ASKS_CUSTOMER }));
  await service.hearRing();
  service.clock.now += 60_000;
  await finishing(service, recordOf(service));
  service.gateway.failNext("down");
  await service.deliver(cancel);
  const asked: string[] = [];
  const giveUp: PaymentGateway["void"] = async (_, intentId) => {
    asked.push(intentId);
    if (asked.length > 1) return { kind: "voided" };
    // Meanwhile the provider shows that a second intent of the order holds the amount.
    const payment = recordOf(service);
    const holding = { kind: "authorized", intentId: "pi_other" } as const;
    const cause = byClock(service.clock.now);
    await service.store.save(written(withAuthorization(payment, holding, cause), service.clock.now));
    return { kind: "voided" };
  };
  const { payment } = await finishing(service, recordOf(service), { void: giveUp });
  expect(asked).toEqual([`pi_${testOrderId}`, "pi_other"]);
  expect(payment).toMatchObject({ settlement: "VOIDED", authorization: { intentId: "pi_other" } });
});
