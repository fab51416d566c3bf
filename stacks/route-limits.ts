// How often each route of the API may be called, by who calls it.
import type { RouteManifest } from "@order-saga/messaging";
import { services } from "@order-saga/services";
import type { ApiLimit } from "./fit.ts";
import type { Settings } from "./settings.ts";

/** Who calls a route, as its scopes say: anybody, a customer, the shop's own people, a provider. */
type RouteClass = "public" | "customer" | "operator" | "provider";

const ofCustomers: ReadonlySet<string> = new Set(["orders:read", "orders:write"]);

function classOf({ method, scopes }: Pick<RouteManifest, "method" | "scopes">): RouteClass {
  if (scopes.length === 0) return method === "GET" ? "public" : "provider";
  return scopes.every((scope) => ofCustomers.has(scope)) ? "customer" : "operator";
}

/** What the shop's own people and programs need; a feed changes many products with one call. */
const OPERATOR: ApiLimit = { rate: 50, burst: 100 };

/**
 * API Gateway's settings of the routes that have not the API's own limit. A route open to anybody takes at
 * most half of it, so that who reads without a token cannot use up what customers order with: each costs a
 * function. In a stopped stage each route that begins work of the saga answers 429, to be tried again with
 * the same key. The others go on: products and stock are put in order before a restored table is rebuilt,
 * and what the provider rings for waits in its queue.
 */
export function routeLimitsOf({ api, stopped }: Pick<Settings, "api" | "stopped">) {
  const routes = services.flatMap((service) => service.routes);
  return routes.flatMap((route) => {
    const limit = stopped && begins(route) ? { rate: 0, burst: 0 } : ownLimitOf(route, api);
    if (!limit) return [];
    const routeKey = `${route.method} ${route.path}`;
    return [{ routeKey, throttlingRateLimit: limit.rate, throttlingBurstLimit: limit.burst }];
  });
}

const begins = ({ says, sends, table }: RouteManifest) =>
  says.length > 0 || (sends.length > 0 && table !== "none");

function ownLimitOf(route: RouteManifest, api: ApiLimit): ApiLimit | undefined {
  if (route.throttle) return { rate: route.throttle.perSecond, burst: route.throttle.burst };
  switch (classOf(route)) {
    case "public":
      return { rate: Math.max(1, Math.floor(api.rate / 2)), burst: Math.max(1, Math.floor(api.burst / 2)) };
    case "operator":
      return { rate: Math.min(OPERATOR.rate, api.rate), burst: Math.min(OPERATOR.burst, api.burst) };
    case "customer":
    case "provider":
      return undefined;
  }
}
