// A reaction: the function that takes messages from its subscription's queue.
import { batchesOf } from "@order-saga/messaging/provider-limit";
import { createFunction, type DeployedFunction } from "./function.ts";
import type { Stage } from "./stage.ts";
import type { Subscription } from "./subscription.ts";

export type DeployedReaction = DeployedFunction & Pick<Subscription, "resources" | "rule">;

export function createReaction(stage: Stage, subscription: Subscription): DeployedReaction {
  const { manifest, queue, resources, rule, service } = subscription;
  const deployed = createFunction(stage, service, manifest);
  const { batchSize, maximumConcurrency } = batchesOf(manifest, stage.settings.given);
  queue.subscribe(deployed.arn, {
    batch: {
      size: batchSize,
      window: `${manifest.batchWindowSeconds} seconds`,
      // Off in SST's defaults: one poisoned record would then return the whole batch for ever.
      partialResponses: true,
    },
    transform: {
      eventSourceMapping: (args) => {
        args.scalingConfig = { maximumConcurrency };
        const { pausedReactions, worker } = stage.settings;
        // A queue has one kind of consumer: where a container takes its messages, the function takes none.
        args.enabled = ![...pausedReactions, ...worker.reactions].includes(resources.queue.name);
        return undefined;
      },
    },
  });
  return { ...deployed, resources, ...(rule && { rule }) };
}
