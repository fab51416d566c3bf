// Every call, and what it may lead to.
import type { SearchContext } from "../context.ts";
import { orderIdOf } from "../order-ids.ts";
import { product } from "../product.ts";
import type { Asking } from "../runs.ts";
import { isUnheard, published } from "./bus.ts";
import { mailed } from "./mail.ts";
import { answered, type Outcome, type Place } from "./outcome.ts";
import { changes, provided, rung } from "./provider.ts";
import { create, read, save, writeBlind } from "./records.ts";
import { move, moveUnits, readOf, reserve } from "./stock.ts";

export function outcomesOf(asking: Asking, place: Place, context: SearchContext): Outcome[] {
  const { asks, causes, content, events } = asking;
  switch (asks.do) {
    case "load":
      return [read(place, context)];
    case "due":
      return [
        answered(
          place,
          { key: "due", gives: () => ({ orderIds: [orderIdOf(place.saga.number)], more: false }) },
          "asks what is due",
        ),
      ];
    case "read bucket":
      return readOf(asks.of, place, context);
    case "move units":
      return moveUnits(place, asks.move, context);
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
    case "save order":
    case "save notification": {
      const { version } = asks.next;
      return save(place, { causes, content, versionBefore: version - 1, version }, context);
    }
    case "write order blind":
      return writeBlind(place, asks.write, context);
    case "create order":
      return [create(place, asking, asks.next, context)];
    case "reserve":
      return reserve(place, asks.next, asking, context);
    case "save reservation":
      return move(place, asks.next, asks.movement, asking, context);
    case "authorize":
    case "capture":
    case "void":
    case "refund":
    case "look":
      return provided(asks, place, context);
    case "changes":
      return [changes(place)];
    case "ring":
      return [rung(place, context)];
    case "mail":
      return mailed(asks.kind, place, context);
    case "publish":
      return published(events, place, context);
    case "park": {
      const outcome = answered(place, { key: "parked" }, "parks its message");
      return [{ ...outcome, violations: [`A7: ${asks.error.name}: ${asks.error.message}`] }];
    }
  }
}

/** A call that no other function can observe. */
export function isUnseen({ asks, events }: Asking, context: SearchContext): boolean {
  if (asks.do === "publish") return isUnheard(events, context);
  return asks.do === "pause" || asks.do === "products";
}

/** A call that changes nothing; it may be put off until the next effect of its run. */
export function isReading({ asks }: Asking): boolean {
  return asks.do === "load" || asks.do === "due" || asks.do === "read bucket";
}
