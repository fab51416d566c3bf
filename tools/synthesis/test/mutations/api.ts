// Mistakes in api that a promise must name.
import { types } from "../../src/types.ts";
import { inputs, type Mutation, remove, route } from "./edits.ts";

export const apiMutations: readonly Mutation[] = [
  {
    change: "a route is missing",
    edit: (graph) => remove(graph, route(graph, "GET /orders/{orderId}")),
    breaks: "every route of the manifests",
  },
  {
    change: "a route asks for no token",
    edit: (graph) => {
      route(graph, "POST /orders").inputs.authorizationType = "NONE";
    },
    breaks: "a route with scopes asks for a token",
  },
  {
    change: "a route asks for a token of any scope",
    edit: (graph) => {
      route(graph, "PUT /stock/{sku}").inputs.authorizationScopes = [];
    },
    breaks: "a route with scopes asks for a token",
  },
  {
    change: "the authorizer takes tokens for any audience",
    edit: inputs(types.authorizer, "", (each) => {
      each.jwtConfiguration.audiences = [];
    }),
    breaks: "the authorizer knows one issuer",
  },
  {
    change: "no throttling",
    edit: inputs(types.apiStage, "", (each) => {
      delete each.defaultRouteSettings;
    }),
    breaks: "the API is throttled",
  },
  {
    change: "SST's access log, with address and agent",
    edit: inputs(types.apiStage, "", (each) => {
      each.accessLogSettings.format = '{"requestId":"$context.requestId","ip":"$context.identity.sourceIp"}';
    }),
    breaks: "the access log is JSON",
  },
  {
    change: "a route refuses every request, though the stage is not stopped",
    edit: inputs(types.apiStage, "", (each) => {
      each.routeSettings.push({ routeKey: "POST /orders", throttlingRateLimit: 0, throttlingBurstLimit: 0 });
    }),
    breaks: "a route open to anybody takes half",
  },
  {
    change: "whoever floods the webhook may use all that the API takes",
    edit: inputs(types.apiStage, "", (each) => {
      each.routeSettings = [];
    }),
    breaks: "a route open to anybody takes half",
  },
  {
    change: "readers without a token may use up what the API takes",
    edit: inputs(types.apiStage, "", (each) => {
      each.routeSettings = each.routeSettings.filter(
        ({ routeKey }: { routeKey: string }) => routeKey !== "GET /products",
      );
    }),
    breaks: "a route open to anybody takes half",
  },
  {
    change: "the webhook asks for a token, which Stripe has not",
    edit: (graph) => {
      route(graph, "POST /webhooks/stripe").inputs.authorizationType = "JWT";
    },
    breaks: "a route with scopes asks for a token",
  },
  {
    change: "SST's default of any origin",
    edit: inputs("aws:apigatewayv2/api:Api", "", (each) => {
      each.corsConfiguration = { allowOrigins: ["*"] };
    }),
    breaks: "no other origin",
  },
  {
    change: "a route's function may take longer than API Gateway waits",
    edit: inputs(types.function, "orders-place-order", (each) => {
      each.timeout = 30;
    }),
    breaks: "a route's function gives up",
  },
];
