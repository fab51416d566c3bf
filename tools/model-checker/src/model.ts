// A scope made ready for the search: its first state, its steps and its invariants.
import { testNow } from "@order-saga/messaging/testing";
import { trackOrder } from "@order-saga/orders/service";
import { createHistory } from "./history.ts";
import { type ContentId, createInterner, type Interner } from "./interner.ts";
import { createInvariants } from "./invariants.ts";
import { type Messages, messagesOf } from "./messages.ts";
import { createRuns } from "./runs.ts";
import type { Scope } from "./scopes.ts";
import { type Shop, shippedShop, shopBehind } from "./shop.ts";
import { createSteps } from "./steps.ts";
import { newSaga, type Saga, type World } from "./world.ts";

export type Model = ReturnType<typeof createModel>;

export function createModel(scope: Scope, given: Shop = shippedShop) {
  const shop = scope.isBehind ? shopBehind(given) : given;
  const moments = scope.minutes.map((minute) => testNow + minute * 60_000);
  const interner = createInterner(scope, moments);
  const messages = messagesOf(shop, scope.services);
  const history = createHistory(interner);
  const runs = createRuns(shop, interner, moments);
  const context = {
    interner,
    history,
    messages,
    moments,
    runs,
    scope,
    obsolete: obsoleteOf(interner, messages),
  };
  const start: World = {
    moment: 0,
    losses: scope.faults.losses,
    provider: "up",
    shelf: (scope.hot?.buckets ?? [scope.units]).map((available) => ({ available, reserved: 0, sold: 0 })),
    movesLeft: scope.hot?.moves ?? 0,
    raisesLeft: scope.hot?.raises ?? 0,
    sagas: Array.from({ length: scope.orders }, (_, index) => ({
      ...newSaga,
      number: scope.hot ? index : 0,
      handsLeft: scope.handsAtMost,
      ringsLeft: scope.idleRings,
    })),
  };
  return {
    scope,
    start,
    interner,
    runs,
    stepsFrom: createSteps(shop, context),
    invariants: createInvariants(interner, scope),
  };
}

/** Messages that orders has heard already, if no reaction hears what it would publish again. */
function obsoleteOf(interner: Interner, messages: Messages) {
  const known = new Map<ContentId, number>();
  const outcomes = ["OrderConfirmed", "OrderRejected", "OrderCancelled"] as const;
  const isHeard = outcomes.some(messages.isHeard);
  return ({ order }: Saga): number => {
    if (isHeard) return 0;
    const bits = known.get(order);
    if (bits !== undefined) return bits;
    const timeline = interner.get("order", order)?.timeline ?? [];
    const found = timeline.reduce((sum, { type }) => sum | messages.bitOf(trackOrder.name, type), 0);
    known.set(order, found);
    return found;
  };
}
