// The storefront API: every route of the services behind API Gateway's checks.
import type { RequestListener } from "node:http";
import { services } from "@order-saga/services";
import type { Functions } from "../lambda/functions.ts";
import type { RuntimeObserver } from "../observer.ts";
import { AUDIENCE, type Issuer, jwtAuthorizer } from "../tokens/index.ts";
import { createGateway } from "./gateway.ts";
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
  /** Answers requests that no route of the services is meant for. */
  otherwise: RequestListener;
}): void {
  const { functions, http, issuer, observer, otherwise } = options;
  const gateway = createGateway({
    routes: storefrontRoutes,
    authorize: jwtAuthorizer({ issuer, audience: AUDIENCE, now }),
    async invoke(service, functionName, request) {
      const receivedAt = now();
      const answer = await functions.invoke(service, functionName, request);
      observer?.requestAnswered?.({ functionName, request, answer, receivedAt });
      return answer;
    },
    now,
    otherwise,
  });
  http.accept(gateway);
}
