// A13: a principal's key has one order or one bulk, whatever is sent with it, and the same answer every time.
import { isDeepStrictEqual } from "node:util";
import type { ApiCall, Checker, Observed, Violation } from "./observed.ts";
import { allOrders, newOf, violation } from "./records.ts";

type Accepted = { orderId: string; body: unknown; request: unknown };

export function oneOrderPerKey(): Checker {
  const byKey = new Map<string, Accepted>();
  const keyOf = new Map<string, string>();

  function judge(call: ApiCall): Violation[] {
    const accepted = acceptedOf(call);
    if (!accepted) return [];
    const { orderId } = accepted;
    const key = nameOf(call);
    const known = byKey.get(key);
    const other = keyOf.get(orderId);
    byKey.set(key, known ?? accepted);
    keyOf.set(orderId, other ?? key);
    if (other !== undefined && other !== key) return [violation("A13", "two keys have one order", orderId)];
    if (!known) return [];
    if (known.orderId !== orderId) return [violation("A13", `its key has ${known.orderId} already`, orderId)];
    if (!isDeepStrictEqual(known.request, accepted.request))
      return [violation("A13", "another order was accepted under its key", orderId)];
    if (isDeepStrictEqual(known.body, accepted.body)) return [];
    return [violation("A13", "a retry was answered in another way", orderId)];
  }

  return {
    invariant: "A13",
    says: "one order per principal and key",
    afterStep: (observed, step) => [...newOf(observed.calls, step.from.calls)].flatMap(judge),
    // An order whose answer was lost is in the table only, so the orders are counted there.
    atRest: (observed) => [...surplus(observed), ...wronglyRefused(observed)],
  };
}

function surplus(observed: Observed): Violation[] {
  const asked = observed.calls.filter(({ route }) => route === "orders-place-order");
  const keys = Map.groupBy(asked, (call) => call.principal);
  const alone = [...allOrders(observed)].filter(
    ({ events }) => events.OrderPlaced?.data.bulkId === undefined,
  );
  const orders = Map.groupBy(alone, (order) => order.principal);
  return [...orders].flatMap(([principal, placed]) => {
    const used = new Set(keys.get(principal)?.map(nameOf)).size;
    return placed
      .slice(used)
      .map(({ orderId }) => violation("A13", `${placed.length} orders for ${used} keys`, orderId));
  });
}

/** A key that a principal sent with one body only must not be refused, even if others use the same key. */
function wronglyRefused(observed: Observed): Violation[] {
  const byKey = Map.groupBy(observed.calls.filter(isPlacing), nameOf);
  return [...byKey.values()].flatMap((calls) => {
    const refused = calls.find(({ answer }) => isReused(answer?.body));
    if (!refused || calls.some(({ body }) => !isDeepStrictEqual(body, refused.body))) return [];
    return [violation("A13", "its key was refused as another order's", refused.orderId)];
  });
}

const isReused = (body: unknown) =>
  String((body as { type?: unknown } | undefined)?.type).endsWith("idempotency-key-reused");

const isPlacing = ({ route }: ApiCall) => route === "orders-place-order" || route === "orders-place-bulk";
const nameOf = ({ idempotencyKey, principal, route }: ApiCall) => `${route}\0${principal}\0${idempotencyKey}`;

function acceptedOf(call: ApiCall): Accepted | undefined {
  if (!isPlacing(call) || call.answer?.status !== 202) return undefined;
  const { body } = call.answer;
  const { bulkId, orderId } = body as { bulkId?: unknown; orderId?: unknown };
  return { orderId: String(orderId ?? bulkId), body, request: call.body };
}
