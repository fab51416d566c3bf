// E4: no stock is left reserved.
import type { Checker } from "./observed.ts";
import { allReservations, violation } from "./records.ts";

export function noReservationLeft(): Checker {
  return {
    invariant: "E4",
    says: "no reservation left RESERVED",
    atRest(observed) {
      return [...allReservations(observed)]
        .filter(({ state }) => state === "RESERVED")
        .map(({ orderId }) => violation("E4", "stock is left reserved", orderId));
    },
  };
}
