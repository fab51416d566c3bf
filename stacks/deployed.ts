// What alarms and the dashboard watch.
import type { DeployedFunction } from "./function.ts";
import type { DeployedReaction } from "./reaction.ts";

export type Deployed = {
  readonly reactions: readonly DeployedReaction[];
  readonly schedules: readonly DeployedFunction[];
  readonly routes: readonly DeployedFunction[];
  readonly api: sst.aws.ApiGatewayV2;
};
