// E14: each endpoint took what it is to be told of every order, under one id and with the same bytes.
import { services } from "@order-saga/services";
import { type Endpoint, isToldOf, readEndpoints } from "@order-saga/webhooks/endpoints";
import { type Told, typeOf, webhookId } from "@order-saga/webhooks/message";
import { tellStorefront } from "@order-saga/webhooks/service";
import type { Checker, Observed, Violation } from "./observed.ts";
import { isGenuine, violation } from "./records.ts";

const hears: readonly string[] = tellStorefront.hears;

/** Nothing to judge in a stage without endpoints. */
export function everyOutcomeIsTold(): Checker {
  const isThere = services.some(({ name }) => name === "webhooks");
  const endpoints = isThere ? readEndpoints(process.env.WEBHOOK_ENDPOINTS ?? "") : [];
  return {
    invariant: "E14",
    says: "every outcome is told to every endpoint, under one id",
    atRest: (observed) => endpoints.flatMap((endpoint) => untold(observed, endpoint)),
  };
}

function untold({ lost, published, told }: Observed, endpoint: Endpoint): Violation[] {
  const taken = new Set(told.filter((each) => each.taken).map(({ id }) => id));
  const bodies = Map.groupBy(told, ({ id }) => id);
  // No sweep knows of an event whose message an operator purged before it was recorded.
  const isPurged = (orderId: string) =>
    lost.some((each) => each.to === "webhooks-tell-storefront" && each.orderId === orderId);
  return published.filter(isGenuine).flatMap(({ event }) => {
    if (!hears.includes(event.type) || !("orderId" in event) || isPurged(event.orderId)) return [];
    if (!isToldOf(endpoint, typeOf[event.type as Told["type"]])) return [];
    const id = webhookId(event, endpoint.name);
    const wrong = !taken.has(id)
      ? "was never taken"
      : new Set(bodies.get(id)?.map(({ body }) => body)).size > 1
        ? "was told with other bytes"
        : undefined;
    return wrong
      ? [violation("E14", `the webhook of ${event.type} to ${endpoint.name} ${wrong}`, event.orderId)]
      : [];
  });
}
