// Every gateway asks for exactly the amount: odd ones, in currencies with no, two and three digits.
import type { RegisterTest } from "@order-saga/messaging/testing";
import { expect } from "vitest";
import {
  aRefund,
  authorized,
  type Books,
  type GatewayUnderTest,
  nothing,
} from "./gateway-under-test.suite.ts";

/** Minor units by ISO 4217; 51 is one more than the least that a card is charged in EUR. */
const amounts = [
  ["EUR", 51],
  ["EUR", 1999],
  ["JPY", 1001],
  ["KWD", 12_340],
] as const;

export function amountsSuite(create: () => GatewayUnderTest, test: RegisterTest): void {
  for (const [currency, amount] of amounts) {
    const charge = {
      amount,
      currency,
      lines: [{ sku: "TEA-EARL-GREY", quantity: 1, unitPrice: amount }],
    };
    const taken: Books = { ...nothing, authorizations: 1, captured: amount, captures: 1 };

    test(`${amount} minor units of ${currency} are held, taken and given back in parts, to the last unit`, async () => {
      const { books, gateway, intentId, orderId } = await authorized(create, "good", charge);
      expect(books()).toEqual({ ...nothing, authorizations: 1, held: amount });
      expect(await gateway.capture(orderId, intentId)).toEqual({ kind: "captured", amount });
      expect(books()).toEqual(taken);
      expect((await gateway.look(intentId))?.intent).toEqual({ kind: "taken", amount });
      // KWD is charged in tens of its minor unit, so its parts are too.
      const first = currency === "KWD" ? 4110 : 17;
      for (const [id, part] of [
        ["rf_1", first],
        ["rf_2", amount - first],
      ] as const)
        expect(await gateway.refund(orderId, intentId, aRefund(part, id, currency))).toMatchObject({
          status: "SUCCEEDED",
        });
      expect(books()).toEqual({ ...taken, refunded: amount });
    });

    test(`a refund of more than ${amount} ${currency} that were taken is refused, and gives nothing back`, async () => {
      const { books, gateway, intentId, orderId } = await authorized(create, "good", charge);
      await gateway.capture(orderId, intentId);
      const beyond = aRefund(amount + 10, "rf_1", currency);
      expect(await gateway.refund(orderId, intentId, beyond)).toMatchObject({
        kind: "refund",
        status: "FAILED",
        code: expect.stringMatching(/./),
      });
      expect(books()).toEqual(taken);
    });
  }
}
