// The storefront's API: who may call what, how often, and what is written down about it.
import { services } from "@order-saga/services";
import { all, functionOf, type Graph, parse } from "../graph.ts";
import { types } from "../types.ts";
import { type DeploymentPromise, promise, sameSet, unless } from "./promise.ts";

/** What must never be in an access log: who asked, with what, from where. */
const personal = /authorization|sourceIp|userAgent|identity|claims|requestBody|querystring|context\.path/i;

/** API Gateway gives up on an integration after this long (HTTP API quotas). */
const INTEGRATION_TIMEOUT_SECONDS = 30;

const manifests = services.flatMap(({ routes }) => routes);

export const apiPromises: readonly DeploymentPromise[] = [
  promise("every route of the manifests is there, and no other", (graph) => {
    const deployed = all(graph, types.route).map(({ inputs }) => String(inputs.routeKey));
    const wanted = manifests.map(({ method, path }) => `${method} ${path}`);
    return [
      ...wanted.filter((each) => !deployed.includes(each)).map((each) => `${each}: missing`),
      ...deployed.filter((each) => !wanted.includes(each)).map((each) => `${each}: in no manifest`),
    ];
  }),
  promise("a route with scopes asks for a token that carries one of them", (graph) => {
    const [authorizer] = all(graph, types.authorizer);
    return unless(
      all(graph, types.route),
      ({ inputs }) => {
        const manifest = manifests.find(({ method, path }) => `${method} ${path}` === inputs.routeKey);
        if (!manifest || manifest.scopes.length === 0) return inputs.authorizationType === "NONE";
        return (
          inputs.authorizationType === "JWT" &&
          inputs.authorizerId === authorizer?.id &&
          sameSet(inputs.authorizationScopes ?? [], [...manifest.scopes, ...scopesOfUsers(graph)])
        );
      },
      ({ inputs }) => `${inputs.routeKey} is open to whom it should not be`,
    );
  }),
  promise("the authorizer knows one issuer and its audience", (graph) =>
    unless(
      all(graph, types.authorizer),
      ({ inputs }) =>
        inputs.authorizerType === "JWT" &&
        String(inputs.jwtConfiguration?.issuer).startsWith("https://") &&
        inputs.jwtConfiguration?.audiences?.length > 0,
      () => "accepts tokens of any issuer or audience",
    ),
  ),
  promise(
    "a route open to anybody takes half of the API's limit, one of the shop's own people 50 requests a second, and the webhook 100 and 200 at once, because four events of each of the 25 orders that Stripe takes in a second are as many; a stopped stage takes no order and no refund",
    (graph) =>
      unless(
        all(graph, types.apiStage),
        ({ inputs }) => {
          const throttled: Throttle[] = inputs.routeSettings ?? [];
          return sameSet(throttled.map(inWords), throttlesOf(graph).map(inWords));
        },
        ({ inputs }) => JSON.stringify(inputs.routeSettings),
      ),
  ),
  promise("the API is throttled", (graph) =>
    unless(
      all(graph, types.apiStage),
      ({ inputs }) =>
        inputs.defaultRouteSettings?.throttlingRateLimit > 0 &&
        inputs.defaultRouteSettings?.throttlingBurstLimit > 0,
      () => "no limit but the account's",
    ),
  ),
  promise("no metric is paid for by route, for no alarm and no widget reads one", (graph) =>
    unless(
      all(graph, types.apiStage),
      ({ inputs }) => inputs.defaultRouteSettings?.detailedMetricsEnabled === false,
      () => "six metrics a route at 0.30 USD a month",
    ),
  ),
  promise("the access log is JSON and says nothing about who asked", (graph) =>
    unless(
      all(graph, types.apiStage),
      ({ inputs }) => {
        const format = String(inputs.accessLogSettings?.format ?? "");
        return format.startsWith("{") && "requestId" in parse<object>(format) && !personal.test(format);
      },
      ({ inputs }) => String(inputs.accessLogSettings?.format),
    ),
  ),
  promise("no other origin is let in by a wildcard", (graph) =>
    unless(
      all(graph, "aws:apigatewayv2/api:Api"),
      ({ inputs }) => !(inputs.corsConfiguration?.allowOrigins ?? []).includes("*"),
      () => "any web page may call it",
    ),
  ),
  promise("a route's function gives up before API Gateway does", (graph) =>
    unless(
      functionsOfRoutes(graph),
      ({ inputs }) => inputs.timeout < INTEGRATION_TIMEOUT_SECONDS,
      ({ inputs }) => `${inputs.timeout} s`,
    ),
  ),
];

type Throttle = { routeKey: string; throttlingRateLimit: number; throttlingBurstLimit: number };

const inWords = (each: Throttle) =>
  `${each.routeKey}: ${each.throttlingRateLimit}/s, ${each.throttlingBurstLimit} at once`;

const publicRoutes = ["GET /products", "GET /products/{sku}", "GET /health", "GET /openapi.json"];
const operatorsRoutes = [
  ...["GET /stock/{sku}", "PUT /stock/{sku}", "POST /stock-feeds", "GET /stock-feeds/{feedId}"],
  ...["PUT /products/{sku}", "POST /orders/{orderId}/refunds"],
];

function throttlesOf(graph: Graph): Throttle[] {
  const limited = (routeKey: string, throttlingRateLimit: number, throttlingBurstLimit: number) => ({
    routeKey,
    throttlingRateLimit,
    throttlingBurstLimit,
  });
  const [stage] = all(graph, types.apiStage);
  const whole = stage?.inputs.defaultRouteSettings ?? {};
  const [rate, burst] = [Number(whole.throttlingRateLimit), Number(whole.throttlingBurstLimit)];
  const speaking = manifests.filter(({ says }) => says.length > 0);
  const refused =
    graph.settings.STOPPED === "yes"
      ? [...speaking.map(({ method, path }) => `${method} ${path}`), "POST /orders/{orderId}/refunds"]
      : [];
  const served = [
    limited("POST /webhooks/stripe", 100, 200),
    ...publicRoutes.map((each) => limited(each, Math.floor(rate / 2), Math.floor(burst / 2))),
    ...operatorsRoutes.map((each) => limited(each, Math.min(50, rate), Math.min(100, burst))),
  ].filter(({ routeKey }) => !refused.includes(routeKey));
  return [...served, ...refused.map((each) => limited(each, 0, 0))];
}

/** A stage that is its own issuer takes the one scope that Cognito gives for a password. */
function scopesOfUsers(graph: Graph): string[] {
  return graph.settings.JWT_ISSUER ? [] : ["aws.cognito.signin.user.admin"];
}

function functionsOfRoutes(graph: Graph) {
  return all(graph, types.integration).flatMap(
    ({ inputs }) => functionOf(graph, inputs.integrationUri) ?? [],
  );
}
