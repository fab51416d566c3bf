// The topology that the page draws, from the manifests: services, events, reactions and their queues.

import { eventTypes, layerOf, producerOf, type ServiceName } from "@order-saga/contracts";
import { type ServiceManifest, visibilityTimeoutSeconds } from "@order-saga/messaging";
import { allReactions } from "@order-saga/messaging/topology";
import type { Topology } from "./console-api.ts";

const failures: ReadonlySet<string> = new Set([
  "StockRejected",
  "PaymentDeclined",
  "PaymentAborted",
  "RefundFailed",
  "DisputeOpened",
  "ReservationExpired",
  "OrderRejected",
]);

export function topologyOf(services: readonly ServiceManifest[]): Topology {
  return {
    services: services.map(({ bucket, name, routes, schedules }) => ({
      name,
      ...(bucket && { bucket: bucket.name }),
      schedules: schedules.map((each) => ({
        name: each.name,
        everyMinutes: each.everyMinutes,
        says: [...each.says],
      })),
      routes: routes.map((each) => ({
        name: each.name,
        method: each.method,
        path: each.path,
        says: [...each.says],
        ...(each.objects !== "none" && each.objects.put && { signsUploads: true }),
        ...(each.sends.length > 0 && { sends: [...each.sends] }),
      })),
    })),
    events: eventTypes.map((type) => ({
      type,
      producer: producerOf(type),
      layer: layerOf[type],
      isFailure: failures.has(type),
    })),
    reactions: allReactions(services).map(
      ({ deadLetterQueue, manifest, queue, service, undeliveredQueue }) => ({
        name: manifest.name,
        service: service as ServiceName,
        hears: [...manifest.hears],
        says: [...manifest.says],
        ...(manifest.from === "uploads" && { hearsUploads: true }),
        ...(manifest.sends.length > 0 && { sends: [...manifest.sends] }),
        queue: queue.name,
        deadLetterQueue: deadLetterQueue.name,
        ...(undeliveredQueue && { undeliveredQueue: undeliveredQueue.name }),
        maxReceiveCount: manifest.maxReceiveCount,
        visibilityTimeoutSeconds: visibilityTimeoutSeconds(manifest),
        timeoutSeconds: manifest.timeoutSeconds,
        batchSize: manifest.batchSize,
      }),
    ),
  };
}
