// The storefront API: every route of the services behind API Gateway's checks.
import type { RequestListener } from "node:http";
import { services } from "@order-saga/services";
import type { Functions } from "../lambda/functions.ts";
import type { RuntimeObserver } from "../observer.ts";
import { AUDIENCE, type Issuer, jwtAuthorizer } from "../tokens/index.ts";
import { problem } from "./answer.ts";
import { createGateway, isOutsideLine } from "./gateway.ts";
import type { HttpListener } from "./server.ts";

const now = () => Date.now();

/** The API's routes, each with its service. */
export const storefrontRoutes = services.flatMap(({ name, routes }) =>
  routes.map((manifest) => ({ service: name, manifest })),
);

export function openStorefront(options: {
  http: HttpListener;
  issuer: Issuer;
  functions: Functions;
  observer?: RuntimeObserver;
  /** Why nothing can be kept at the moment; undefined if it can. */
  trouble?: () => string | undefined;
  /** Answers requests that no route of the services is meant for. */
  otherwise: RequestListener;
}): void {
  const { functions, http, issuer, observer, otherwise, trouble } = options;
  const gateway = createGateway({
    routes: storefrontRoutes,
    authorize: jwtAuthorizer({ issuer, audience: AUDIENCE, now }),
    async invoke(service, functionName, request, left) {
      const receivedAt = now();
      const reason = functionName === healthFunction ? trouble?.() : undefined;
      if (reason !== undefined) return unwell(reason);
      const answer = await functions.invoke(service, functionName, request, left);
      observer?.requestAnswered?.({ functionName, request, answer, receivedAt });
      return answer;
    },
    now,
    otherwise,
  });
  http.accept(gateway, new Set(outsideLine.map(({ manifest }) => manifest.path)));
}

const outsideLine = storefrontRoutes.filter(({ manifest }) => isOutsideLine(manifest));
const healthFunction = storefrontRoutes.find(({ manifest }) => manifest.path === "/health")?.manifest.name;

/** As a function would answer, because the function itself keeps nothing and would be well. */
function unwell(detail: string) {
  const { body, headers, status } = problem(
    503,
    "unavailable",
    "Nothing can be kept.",
    { "retry-after": "5" },
    { detail },
  );
  return { statusCode: status, headers, body };
}
