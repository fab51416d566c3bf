// Takes away the rules of services that an earlier start had and this one has not, as a deployment would.
import { DeleteRuleCommand, type EventBridgeClient, RemoveTargetsCommand } from "@aws-sdk/client-eventbridge";
import type { ServiceManifest } from "@order-saga/messaging";
import { allReactions } from "@order-saga/messaging/topology";
import { everyService } from "@order-saga/services";
import { BUS_NAME } from "./source-folders.ts";

/** Otherwise events would pile up on queues that nothing reads, and be told when it is started again. */
export async function retireAbsent(
  services: readonly ServiceManifest[],
  { eventBridge }: { eventBridge: EventBridgeClient },
): Promise<void> {
  const absent = everyService.filter((each) => !services.includes(each));
  for (const { rule } of allReactions(absent)) {
    if (rule?.bus !== "saga") continue;
    const on = { EventBusName: BUS_NAME };
    try {
      await eventBridge.send(new RemoveTargetsCommand({ ...on, Rule: rule.name, Ids: ["queue"] }));
    } catch (error) {
      if ((error as Error).name === "ResourceNotFoundException") continue;
      throw error;
    }
    await eventBridge.send(new DeleteRuleCommand({ ...on, Name: rule.name }));
  }
}
