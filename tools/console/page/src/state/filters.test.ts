// Which orders a list shows.
import { expect, test } from "vitest";
import { order } from "../testing/snapshot.ts";
import { filterOf, filterOrders, type OrderFilter, queryOf, statusFilters } from "./filters.ts";

const orders = [
  order("ord_a", { standing: "Confirmed." }),
  order("ord_b", { status: "REJECTED", standing: "Rejected; the card was declined." }),
  order("ord_c", { status: "PLACED", isSettled: false, isStuck: true, standing: "It waits." }),
  order("ord_d", { lines: [{ sku: "POT-CAST-IRON", quantity: 1, unitPrice: 6900 }] }),
];
const everything: OrderFilter = { text: "", status: "all", onlyStuck: false };
const shown = (filter: Partial<OrderFilter>) =>
  filterOrders(orders, { ...everything, ...filter }).map(({ orderId }) => orderId);

test.each<[string, Partial<OrderFilter>, string[]]>([
  ["nothing asked", {}, ["ord_a", "ord_b", "ord_c", "ord_d"]],
  ["a status", { status: "REJECTED" }, ["ord_b"]],
  ["open ones", { status: "open" }, ["ord_c"]],
  ["stuck ones", { onlyStuck: true }, ["ord_c"]],
  ["an id", { text: "ORD_D" }, ["ord_d"]],
  ["a SKU", { text: "pot-cast" }, ["ord_d"]],
  ["words, in any order", { text: "declined  card" }, ["ord_b"]],
  ["words of which one is missing", { text: "declined cast" }, []],
  ["words and a status that do not meet", { text: "declined", status: "CONFIRMED" }, []],
])("%s", (_, filter, expected) => {
  expect(shown(filter)).toEqual(expected);
});

test("a filter comes back from the page's address as it was", () => {
  for (const status of statusFilters) {
    for (const onlyStuck of [true, false]) {
      const filter = { text: "tea & cup?", status, onlyStuck };
      const query = Object.fromEntries(new URLSearchParams(queryOf(filter)));
      expect(filterOf(query)).toEqual(filter);
    }
  }
  expect(queryOf(everything)).toBe("");
  expect(filterOf({ status: "LOST" })).toEqual(everything);
});
