// What is wrong with a body that may have one of several shapes is told of the shape that was meant.
import { RefundRequest } from "@order-saga/contracts";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { errorsOfRule, fieldErrors } from "./field-errors.ts";

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

test("an unknown field is told by its name, and one whose name may be an address is not named", () => {
  const { error } = RefundRequest.safeParse({ amount: 333, gift: true, "ada@example.com": 7 });
  expect(error && fieldErrors(error)).toEqual([
    { pointer: "/gift", detail: "unknown field" },
    { pointer: "", detail: "unknown field, not named here" },
  ]);
});

test("of a rule with a problem of its own, only the fields that break it are told", () => {
  const ruled = (problem: string) => z.string().check(z.refine(() => false, { params: { problem } }));
  const Body = z.object({
    card: ruled("card-number-refused"),
    other: ruled("another-problem"),
    plain: z.string().check(z.refine(() => false)),
    wrong: z.string(),
  });
  const { error } = Body.safeParse({ card: "7", other: "7", plain: "7", wrong: 7 });
  expect(error && errorsOfRule(error, "card-number-refused").map(({ pointer }) => pointer)).toEqual([
    "/card",
  ]);
});
