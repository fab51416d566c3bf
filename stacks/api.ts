// The storefront's HTTP API: the manifests' routes behind a JWT authorizer, throttled, with JSON access logs.
import type { RouteManifest, ServiceManifest } from "@order-saga/messaging";
import { services } from "@order-saga/services";
import { createFunction, type DeployedFunction } from "./function.ts";
import { routeLimitsOf } from "./route-limits.ts";
import type { Settings } from "./settings.ts";
import type { Stage } from "./stage.ts";
import { createUsers, type Tokens } from "./users.ts";

export function createApi(stage: Stage) {
  const { settings } = stage;
  const tokens = tokensOf(settings);
  const api = new sst.aws.ApiGatewayV2("Api", {
    cors: corsOf(settings),
    accessLog: { retention: settings.production ? "3 months" : "1 week" },
    transform: {
      stage: (args) => {
        args.defaultRouteSettings = {
          throttlingRateLimit: settings.api.rate,
          throttlingBurstLimit: settings.api.burst,
          // Six metrics a route at 0.30 USD a month each; no alarm and no widget reads them.
          detailedMetricsEnabled: false,
        };
        args.routeSettings = routeLimitsOf(settings);
        args.accessLogSettings = $output(args.accessLogSettings).apply((given) => ({
          destinationArn: given?.destinationArn ?? "",
          format: accessLogFormat,
        }));
        return undefined;
      },
    },
  });
  const authorizer = api.addAuthorizer({
    name: "Token",
    jwt: { issuer: tokens.issuer, audiences: tokens.audiences },
  });
  const door = { api, authorizer: authorizer.id, scopes: tokens.scopes };
  const routes = services.flatMap((service) =>
    service.routes.map((route) => createRoute(stage, door, service, route)),
  );
  return { api, routes };
}

/** The issuer that the settings name, or else the stage's own. */
function tokensOf({ tokens }: Settings): Tokens {
  return tokens ? { issuer: tokens.issuer, audiences: [...tokens.audiences], scopes: [] } : createUsers();
}

type Door = {
  api: sst.aws.ApiGatewayV2;
  authorizer: $util.Output<string>;
  scopes: readonly string[];
};

function createRoute(
  stage: Stage,
  { api, authorizer, scopes }: Door,
  service: ServiceManifest,
  manifest: RouteManifest,
): DeployedFunction {
  const deployed = createFunction(stage, service, manifest);
  const jwt = { authorizer, scopes: [...manifest.scopes, ...scopes] };
  api.route(
    `${manifest.method} ${manifest.path}`,
    deployed.arn,
    manifest.scopes.length > 0 ? { auth: { jwt } } : {},
  );
  return deployed;
}

/** Who asked is in the token and stays there: no address, agent, query or path with an id. */
const accessLogFormat = JSON.stringify({
  time: "$context.requestTime",
  requestId: "$context.requestId",
  route: "$context.routeKey",
  status: "$context.status",
  latencyMilliseconds: "$context.responseLatency",
  integrationLatencyMilliseconds: "$context.integration.latency",
  integrationError: "$context.integration.error",
  authorizerError: "$context.authorizer.error",
});

function corsOf({ storefrontOrigin }: Settings) {
  if (!storefrontOrigin) return false;
  return {
    allowOrigins: [storefrontOrigin],
    allowMethods: ["GET" as const, "POST" as const, "PUT" as const],
    allowHeaders: ["authorization", "content-type", "idempotency-key", "if-none-match"],
    exposeHeaders: ["etag", "location", "retry-after"],
    maxAge: "1 hour" as const,
  };
}
