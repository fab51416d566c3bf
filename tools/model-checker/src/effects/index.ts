// Every call, and what it may lead to.
import { testOrderId } from "@order-saga/messaging/testing";
import type { Asking } from "../runs.ts";
import { product } from "../shop.ts";
import { isUnheard, published } from "./bus.ts";
import { mailed } from "./mail.ts";
import { answered, type Outcome, type Place, type Surroundings } from "./outcome.ts";
import { provided } from "./provider.ts";
import { create, read, realize, save } from "./records.ts";
import { available, move, reserve } from "./stock.ts";

export function outcomesOf(asking: Asking, place: Place, around: Surroundings): Outcome[] {
  const { asks, causes, content, events } = asking;
  switch (asks.do) {
    case "load":
      return [read(place, around)];
    case "due":
      return [
        answered(
          place,
          { key: "due", gives: () => ({ orderIds: [testOrderId], more: false }) },
          "asks what is due",
        ),
      ];
    case "available":
      return [available(place)];
    case "products":
      return [
        answered(
          place,
          { key: "products", gives: () => new Map([[product.sku, product]]) },
          "reads the catalogue",
        ),
      ];
    case "pause":
      return [answered(place, { key: "pause" }, "pauses")];
    case "save payment":
    case "save order": {
      const { version } = asks.next;
      return save(
        place,
        { causes, content, versionBefore: version - 1, version, yes: true, no: false },
        around,
      );
    }
    case "save notification": {
      const version = asks.next.version + 1;
      const yes = { ...asks.next, version };
      return save(
        place,
        { causes, content, versionBefore: version - 1, version, yes, no: undefined },
        around,
      );
    }
    case "realize order":
      return realize(place, asks.foreseen, around);
    case "create order":
      return [create(place, asking, asks.next, around)];
    case "reserve":
      return reserve(place, asks.next, asking, around);
    case "save reservation":
      return move(place, asks.next, asks.movement, asking, around);
    case "authorize":
    case "capture":
    case "void":
    case "refund":
      return provided(asks, place, around);
    case "mail":
      return mailed(asks.kind, place, around);
    case "publish":
      return published(events, place, around);
    case "park": {
      const outcome = answered(place, { key: "parked" }, "parks its message");
      return [{ ...outcome, violations: [`A7: ${asks.error.name}: ${asks.error.message}`] }];
    }
  }
}

/** A call that nobody else can tell from no call at all. */
export function isUnseen({ asks, events }: Asking, around: Surroundings): boolean {
  if (asks.do === "publish") return isUnheard(events, around);
  return asks.do === "pause" || asks.do === "products";
}

/** A call that changes nothing; it may be put off until the next effect of its run. */
export function isReading({ asks }: Asking): boolean {
  return asks.do === "load" || asks.do === "due" || asks.do === "available";
}
