// Routes that exist on the laptop only: the token issuer's keys, development tokens, the clock, faults, and
// other hands on a payment.
import type { AwsEndpoint } from "@order-saga/emulator";
import type { Hono } from "hono";
import type { FaultBoard } from "../faults/board.ts";
import type { AwsClients } from "../provision.ts";
import type { Issuer } from "../tokens/index.ts";
import { type MovableClock, mountClockRoutes } from "./clock-routes.ts";
import { mountCustomerRoutes } from "./customer-routes.ts";
import { mountFaultRoutes } from "./fault-routes.ts";
import { problemResponse } from "./local-app.ts";
import { needsHeader } from "./loopback.ts";
import { mountPaymentRoutes } from "./payment-routes.ts";
import { mountTokenRoutes } from "./token-routes.ts";

export function mountLocalRoutes(
  app: Hono,
  runtime: MovableClock & {
    issuer: Issuer;
    faults: FaultBoard;
    aws: Pick<AwsEndpoint, "payments" | "forget">;
    clients: Pick<AwsClients, "dynamodb">;
  },
): void {
  app.use("/__local/*", needsHeader);
  mountTokenRoutes(app, runtime.issuer);
  mountClockRoutes(app, runtime);
  mountFaultRoutes(app, runtime.faults);
  mountPaymentRoutes(app, runtime.aws.payments);
  mountCustomerRoutes(app, runtime);
  app.onError(() => problemResponse(500, "internal-error", "The request could not be completed."));
}
