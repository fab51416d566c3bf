// The faults that happen at a moment of the plan: a redrive, a replay, poison, a deployment.
import { subjectOf } from "@order-saga/contracts";
import type { ReactionResources } from "@order-saga/messaging/topology";
import type { RunContext } from "./context.ts";
import { see } from "./coverage.ts";
import type { Deployments } from "./deployments.ts";
import type { Cloud } from "./environments.ts";
import type { FaultKind } from "./fault-kinds.ts";
import type { Lambda } from "./lambda.ts";
import { poison, redrive } from "./operator.ts";
import type { Fault } from "./plan.ts";

type World = {
  context: RunContext;
  cloud: Cloud;
  lambda: Lambda;
  reactions: readonly ReactionResources[];
  deployments: Deployments;
};

/** Schedules them, from the start of the plan. */
export function scheduleMomentaryFaults(world: World): void {
  const { context } = world;
  for (const fault of context.plan.faults) {
    const happen = momentary[fault.kind];
    if (!happen) continue;
    context.scheduler.at(context.plan.start + (fault.from ?? 0), () => {
      if (context.areFaultsStopped()) return;
      context.meet(fault);
      context.note("world", undefined, () => `✗ ${fault.kind} ${fault.at} ${fault.variant ?? ""}`);
      happen(fault, world);
    });
  }
}

const momentary: { readonly [K in FaultKind]?: (fault: Fault, world: World) => void } = {
  redrive({ at: name, seconds = 0 }, { cloud: { queues }, context }) {
    for (const queue of queues.all.values())
      if (queue.source === name) redrive(context, queues, queue, seconds);
  },
  "archive-replay"({ seconds = 3600 }, { cloud: { bus, provider }, context }) {
    const now = context.scheduler.now();
    if ([...provider.intents.values()].flat().some(({ state }) => state !== "held"))
      see(context.coverage, "settled order replayed");
    bus.replay(now - seconds * 1000, now);
  },
  poison({ at: name, order, variant }, { cloud: { bus, queues }, context, reactions }) {
    const reaction = reactions.find((each) => each.queue.name === name);
    const said = bus.published.flatMap(({ event }) =>
      event && context.numberOf(subjectOf(event)) === order ? event : [],
    );
    if (reaction) poison(variant, queues, bus, reaction, said);
  },
  deploy({ at: service, until }, { context, deployments, lambda }) {
    if (lambda.running() > 0) see(context.coverage, "mixed deployment");
    deployments.deploy(service);
    lambda.retire(service);
    if (until === undefined) return;
    context.scheduler.at(context.plan.start + until, () => {
      context.note("world", undefined, () => `${service} is rolled back`);
      deployments.rollBack(service);
      lambda.retire(service);
    });
  },
};
