// A reaction: the function that takes messages from its subscription's queue.
import { batchesOf } from "@order-saga/messaging/provider-limit";
import { createFunction, type DeployedFunction } from "./function.ts";
import { quotas } from "./quotas.ts";
import type { Stage } from "./stage.ts";
import type { Subscription } from "./subscription.ts";

export type DeployedReaction = DeployedFunction & Pick<Subscription, "resources" | "rule">;

export function createReaction(stage: Stage, subscription: Subscription): DeployedReaction {
  const { manifest, queue, resources, rule, service } = subscription;
  const deployed = createFunction(stage, service, manifest);
  const { batchSize } = batchesOf(manifest, stage.settings.given);
  const concurrency = stage.settings.concurrency.get(resources.queue.name) ?? manifest.maximumConcurrency;
  queue.subscribe(deployed.arn, {
    batch: {
      size: batchSize,
      window: `${manifest.batchWindowSeconds} seconds`,
      // Off in SST's defaults: one poisoned record would then return the whole batch for ever.
      partialResponses: true,
    },
    transform: {
      eventSourceMapping: (args) => {
        Object.assign(args, scalingOf(concurrency));
        const { pausedReactions, worker } = stage.settings;
        // A queue has one kind of consumer: where a container takes its messages, the function takes none.
        args.enabled = ![...pausedReactions, ...worker.reactions].includes(resources.queue.name);
        return undefined;
      },
    },
  });
  return { ...deployed, resources, ...(rule && { rule }) };
}

/** What `maximumConcurrency` can allow; and each poller of provisioned mode, which is paid by the hour. */
const MOST_BY_SCALING = quotas.mappingConcurrency.value;
const BATCHES_OF_A_POLLER = quotas.pollerConcurrency.value;

/** The least number of pollers that stand ready, and the least that Lambda takes. */
const READY_POLLERS = 2;

function scalingOf(concurrency: number) {
  if (concurrency <= MOST_BY_SCALING) return { scalingConfig: { maximumConcurrency: concurrency } };
  const maximumPollers = Math.ceil(concurrency / BATCHES_OF_A_POLLER);
  return { provisionedPollerConfig: { minimumPollers: READY_POLLERS, maximumPollers } };
}
