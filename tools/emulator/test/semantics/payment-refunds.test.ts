// Money that goes back, and money that a bank asks back, after Stripe's documents.
import type Stripe from "stripe";
import { expect } from "vitest";
import { onAnEndpoint } from "./behaviour.ts";
import { AMOUNT, atOnce, invalid, provides } from "./provider.ts";

onAnEndpoint();

const chargeOf = async (stripe: Stripe, id: string) => {
  const { latest_charge } = await stripe.paymentIntents.retrieve(id, { expand: ["latest_charge"] });
  return latest_charge as Stripe.Charge;
};

provides(
  "A refund can begin as pending and be made later",
  "Stripe guide: Test cards",
  async ({ stripe, authorise }, world) => {
    const { id: payment_intent } = await authorise({ ...atOnce, payment_method: "pm_card_pendingRefund" });
    const { id, status } = await stripe.refunds.create({ payment_intent, amount: 701 });
    expect(status).toBe("pending");
    expect((await chargeOf(stripe, payment_intent)).amount_refunded).toBe(701);
    await world.passSeconds(61);
    expect((await stripe.refunds.retrieve(id)).status).toBe("succeeded");
  },
);

provides(
  "A refund that was said to be made can fail later, and its share is free again",
  "Stripe guide: Refunds",
  async ({ stripe, authorise }, world) => {
    const { id: payment_intent } = await authorise({ ...atOnce, payment_method: "pm_card_refundFail" });
    const { id, status } = await stripe.refunds.create({ payment_intent });
    expect(status).toBe("succeeded");
    expect((await chargeOf(stripe, payment_intent)).refunded).toBe(true);
    await world.passSeconds(61);
    expect(await stripe.refunds.retrieve(id)).toMatchObject({
      status: "failed",
      failure_reason: expect.any(String),
    });
    expect(await chargeOf(stripe, payment_intent)).toMatchObject({ refunded: false, amount_refunded: 0 });
  },
);

provides(
  "A refund that does not wait for its customer cannot be canceled",
  "Stripe API: Cancel a refund",
  async ({ stripe, authorise }) => {
    for (const payment_method of ["pm_card_visa", "pm_card_pendingRefund"]) {
      const { id } = await authorise({ ...atOnce, payment_method });
      const refund = await stripe.refunds.create({ payment_intent: id });
      const words = expect.stringContaining(`a status of ${refund.status}`);
      await expect(stripe.refunds.cancel(refund.id)).rejects.toMatchObject(invalid({ message: words }));
      expect((await stripe.refunds.retrieve(refund.id)).status).toBe(refund.status);
    }
    await expect(stripe.refunds.cancel("re_none")).rejects.toMatchObject({ code: "resource_missing" });
  },
);

provides(
  "Refunds are listed by their payment or by their time, with what was said of them",
  "Stripe API: List all refunds",
  async ({ stripe, authorise }, world) => {
    const [one, two] = [await authorise(atOnce), await authorise(atOnce)];
    await world.passSeconds(10);
    const metadata = { orderId: "o1", refundId: "rf_1" };
    const first = await stripe.refunds.create({ payment_intent: one.id, amount: 3, metadata });
    const second = await stripe.refunds.create({ payment_intent: one.id, amount: 5, reason: "duplicate" });
    const third = await stripe.refunds.create({ payment_intent: two.id });
    const ids = async (given: Stripe.RefundListParams) =>
      (await stripe.refunds.list(given)).data.map(({ id }) => id);
    expect(await ids({ payment_intent: one.id })).toEqual([second.id, first.id]);
    expect(await ids({ created: { gte: first.created } })).toEqual([third.id, second.id, first.id]);
    expect(await ids({ created: { gt: third.created } })).toEqual([]);
    expect(await ids({ created: { gte: first.created }, limit: 1, starting_after: third.id })).toEqual([
      second.id,
    ]);
    expect(await ids({ charge: String(one.latest_charge), limit: 1 })).toEqual([second.id]);
    expect(await stripe.refunds.retrieve(first.id)).toMatchObject({
      amount: 3,
      charge: one.latest_charge,
      metadata,
      payment_intent: one.id,
      reason: null,
    });
    expect(second).toMatchObject({ reason: "duplicate", currency: "eur" });
  },
);

provides(
  "Only what was captured is refunded, however much was held",
  "Stripe API: Create a refund",
  async ({ stripe, authorise }) => {
    const { id: payment_intent } = await authorise();
    await stripe.paymentIntents.capture(payment_intent, { amount_to_capture: 999 });
    await expect(stripe.refunds.create({ payment_intent, amount: 1000 })).rejects.toMatchObject(
      invalid({ code: "amount_too_large" }),
    );
    expect(await stripe.refunds.create({ payment_intent })).toMatchObject({ amount: 999 });
    expect(await chargeOf(stripe, payment_intent)).toMatchObject({ refunded: true, amount_captured: 999 });
    await expect(stripe.refunds.create({ payment_intent: "pi_nothing" })).rejects.toMatchObject(
      invalid({ code: "resource_missing", param: "payment_intent" }),
    );
  },
);

provides(
  "A disputed charge cannot be refunded, until the shop has won",
  "Stripe guide: Disputes",
  async ({ stripe, authorise }, world) => {
    for (const [evidence, status] of [
      ["winning_evidence", "won"],
      ["losing_evidence", "lost"],
    ] as const) {
      const { id: payment_intent } = await authorise({ payment_method: "pm_card_createDispute" });
      await world.passSeconds(5);
      expect((await stripe.disputes.list({ payment_intent })).data).toEqual([]);
      await stripe.paymentIntents.capture(payment_intent);
      await world.passSeconds(5);
      const { data } = await stripe.disputes.list({ payment_intent });
      expect(data).toMatchObject([{ amount: AMOUNT, reason: "fraudulent", status: "needs_response" }]);
      expect((await chargeOf(stripe, payment_intent)).disputed).toBe(true);
      const refused = invalid({ code: "charge_disputed" });
      await expect(stripe.refunds.create({ payment_intent })).rejects.toMatchObject(refused);
      const id = data[0]?.id ?? "";
      const answered = await stripe.disputes.update(id, { evidence: { uncategorized_text: evidence } });
      expect(answered.status).toBe("under_review");
      await world.passSeconds(61);
      expect((await stripe.disputes.retrieve(id)).status).toBe(status);
      const refund = stripe.refunds.create({ payment_intent });
      if (status === "won") expect((await refund).amount).toBe(AMOUNT);
      else await expect(refund).rejects.toMatchObject(refused);
    }
  },
);

provides(
  "An inquiry takes no money, and leaves the charge refundable",
  "Stripe guide: Disputes",
  async ({ stripe, authorise }, world) => {
    const { id: payment_intent } = await authorise({
      ...atOnce,
      payment_method: "pm_card_createDisputeInquiry",
    });
    await world.passSeconds(5);
    const { data } = await stripe.disputes.list({ payment_intent });
    expect(data).toMatchObject([{ status: "warning_needs_response", is_charge_refundable: true }]);
    expect((await stripe.refunds.create({ payment_intent, amount: 7 })).status).toBe("succeeded");
  },
);

provides(
  "A shop that accepts a dispute has lost it",
  "Stripe guide: Disputes",
  async ({ stripe, authorise }, world) => {
    const payment_method = "pm_card_createDisputeProductNotReceived";
    const { id: payment_intent } = await authorise({ ...atOnce, payment_method });
    await world.passSeconds(5);
    const [dispute] = (await stripe.disputes.list({ payment_intent })).data;
    expect(dispute?.reason).toBe("product_not_received");
    expect((await stripe.disputes.close(dispute?.id ?? "")).status).toBe("lost");
    await expect(stripe.disputes.close(dispute?.id ?? "")).rejects.toMatchObject(invalid());
  },
);
