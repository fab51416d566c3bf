// A schedule: EventBridge Scheduler calls a function every few minutes.
import type { ScheduleManifest, ServiceManifest } from "@order-saga/messaging";
import { createFunction, type DeployedFunction } from "./function.ts";
import { logicalName, physicalName } from "./naming.ts";
import type { Stage } from "./stage.ts";
import { mayAssume } from "./trust.ts";

export function createSchedule(
  stage: Stage,
  service: ServiceManifest,
  manifest: ScheduleManifest,
): DeployedFunction {
  const deployed = createFunction(stage, service, manifest);
  const invoking = createInvokeConfig(logicalName(service.name, manifest.name), deployed);
  const minutes = manifest.everyMinutes;
  new sst.aws.CronV2(logicalName(service.name, manifest.name, "schedule"), {
    function: deployed.arn,
    schedule: `rate(${minutes} ${minutes === 1 ? "minute" : "minutes"})`,
    enabled: !stage.settings.stopped,
    // What a run leaves undone is due in the next; retrying an old run adds nothing.
    retries: 0,
    transform: {
      // SST's trust has no condition, so a schedule of any account could be pointed at the role.
      role: { assumeRolePolicy: mayAssume("scheduler.amazonaws.com", stage.account) },
      schedule: (args, options) => {
        args.name = physicalName(`${service.name}-${manifest.name}`);
        options.dependsOn = invoking;
        return undefined;
      },
    },
  });
  return deployed;
}

/**
 * A run that failed is healed by the next one; Lambda's own retry would only run beside it. It is set for
 * what the schedule calls: a setting of the function does not hold for its alias.
 */
function createInvokeConfig(name: string, deployed: DeployedFunction): aws.lambda.FunctionEventInvokeConfig {
  return new aws.lambda.FunctionEventInvokeConfig(`${name}Invoking`, {
    functionName: deployed.function.name,
    ...(deployed.alias && { qualifier: deployed.alias.name }),
    maximumRetryAttempts: 0,
  });
}
