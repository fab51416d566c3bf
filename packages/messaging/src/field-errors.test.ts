// What is wrong with a body that may have one of several shapes is told of the shape that was meant.
import { RefundRequest } from "@order-saga/contracts";
import { expect, test } from "vitest";
import { fieldErrors } from "./field-errors.ts";

const line = { sku: "TEA", quantity: 3, restock: true };

test.each([
  [{ amount: 0 }, ["/amount"]],
  [{ amount: "333", reason: "" }, ["/amount", "/reason"]],
  [
    { lines: [line, { ...line, quantity: 0 }, { sku: "TEA", quantity: 2 }, { ...line, sku: "" }] },
    ["/lines/1/quantity", "/lines/2/restock", "/lines/3/sku"],
  ],
  [{ lines: [line], refundId: "rf_1" }, ["/refundId"]],
  [{ amount: 333, lines: [line] }, ["/lines"]],
  [{ amount: 333, refundId: "rf_1" }, ["/refundId"]],
  [{}, ["/amount"]],
  [[], [""]],
])("%j is wrong at %j", (body, pointers) => {
  const { error } = RefundRequest.safeParse(body);
  expect(
    error &&
      fieldErrors(error)
        .map(({ pointer }) => pointer)
        .sort(),
  ).toEqual(pointers);
});
