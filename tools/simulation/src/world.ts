// Makes a simulated world from a plan: the shipped functions, their simulated cloud, customers and faults.
import { type ServiceName, subjectOf } from "@order-saga/contracts";
import type { ServiceManifest } from "@order-saga/messaging";
import { allReactions } from "@order-saga/messaging/topology";
import { createIdentity } from "@order-saga/orders/identity/hmac";
import { services as allServices } from "@order-saga/services";
import { createBus } from "./bus.ts";
import { createCalls } from "./calls.ts";
import type { Item, Observed, PublishedEntry, Step } from "./checkers/observed.ts";
import { createClocks } from "./clocks.ts";
import { createRunContext, type RunContext } from "./context.ts";
import { type Customers, createCustomers } from "./customers.ts";
import { createDeployments, type Versions } from "./deployments.ts";
import { type Cloud, createEnvironments, type OnAllowed } from "./environments.ts";
import { createMappings } from "./event-source-mapping.ts";
import { scheduleHands } from "./hands.ts";
import { createLambda } from "./lambda.ts";
import { orderIdSecret } from "./load-functions.ts";
import { createMailProvider } from "./mail.ts";
import { scheduleMomentaryFaults } from "./momentary-faults.ts";
import { createObjects } from "./objects.ts";
import { createObservation } from "./observation.ts";
import { isPurged } from "./operator.ts";
import type { Plan, PlannedOrder } from "./plan.ts";
import { idsOf } from "./plan-ids.ts";
import { createProvider } from "./provider.ts";
import type { Message, Queue } from "./queue.ts";
import { createQueues } from "./queues.ts";
import { createReceivers } from "./receivers.ts";
import { createRecorder, type Recorder } from "./recorder.ts";
import { scatterStock } from "./scattered-stock.ts";
import { subjectIn } from "./subject.ts";
import { createTables } from "./tables.ts";
import { createTimers } from "./timers.ts";
import type { Watch } from "./watch.ts";
import { createWebhooks } from "./webhooks.ts";

export type World = {
  readonly context: RunContext;
  readonly observed: Observed;
  readonly customers: Customers;
  readonly cloud: Cloud;
  /** An item as it lies in the table. */
  stored(service: ServiceName, pk: string, sk: string): Item | undefined;
  /** What was touched since the last call; undefined if nothing was. */
  takeStep(): Step | undefined;
  /** Plans the faults that happen at a moment, and lets the customers come. */
  begin(): void;
  stopFaults(): void;
  /** Of an order, a bulk, an order of a bulk or a feed. */
  orderIdOf(planned: Pick<PlannedOrder, "number">): string;
};

export type WorldOptions = {
  /** Every service of the system, unless a test gives others. */
  services?: readonly ServiceManifest[];
  onAllowed?: OnAllowed;
  /** Keeps notes for a timeline. */
  isRecording?: boolean;
  /** No table looks at a condition, so that the checkers must find violations. */
  sabotage?: boolean;
  watch?: Watch | undefined;
};

export function createWorld(plan: Plan, versions: Versions, options: WorldOptions = {}): World {
  const { isRecording = false, onAllowed, sabotage = false, services = allServices, watch } = options;
  const ids = idsOf(plan, createIdentity(orderIdSecret));
  const context = createRunContext(plan, { numbers: ids.numbers, isRecording, watch });
  const call = createCalls(context);
  const reactions = allReactions(services);
  const recorder = createRecorder(context.scheduler.now);

  const tableOf = createTables(context, {
    services,
    ignoresConditions: sabotage,
    onWrite(service, item) {
      recorder.wrote(item);
      timers.wake(service, item);
    },
  });
  /** A task to look at the provider names the intent, not the order. */
  const subject = (text: string) => subjectIn(text) ?? provider.orderOf(/pi_\w+/.exec(text)?.[0] ?? "");
  const queues = createQueues({ context, call, reactions, subject }, isKept(context, recorder));
  const onEntry = ({ accepted, event }: PublishedEntry) => {
    recorder.touch(event && subjectOf(event));
    if (accepted && event?.type === "PaymentActionRequired") customers.asked(event.orderId);
  };
  const bus = createBus(context, call, { reactions, queues, onEntry });
  const onCall = ({ orderId }: { orderId: string | undefined }) => recorder.touch(orderId);
  const mail = createMailProvider(context, call, { onSend: onCall, queues, reactions });
  const provider = createProvider(call, {
    context,
    onChange: recorder.touch,
    onEvent(event, orderId) {
      webhooks.send(event, orderId);
      timers.changed(event.type);
    },
  });
  const objects = createObjects(context, call, { queues, reactions });
  const cloud = { tableOf, queues, objects, bus, mail, provider, receivers: createReceivers(context, call) };

  const clockOf = createClocks(context, services);
  const deployments = createDeployments(versions);
  const lambda = createLambda(
    context,
    createEnvironments({ context, call, cloud, services, recorder, clockOf, onAllowed }),
  );
  const code = deployments.codeOf;
  const timers = createTimers({ context, lambda, services, tableOf, code, clockOf });
  const onDeliver = recorder.delivered;
  const mappings = createMappings({ context, lambda, queues, reactions, code, onDeliver });
  const idOf = (number: number) => ids.byNumber.get(number) ?? "";
  const { authenticate } = provider;
  const customers = createCustomers({ context, lambda, code, objects, idOf, onCall, authenticate });
  const webhooks = createWebhooks({ context, lambda, code, onAnswer: onCall });

  const observed = createObservation({ context, cloud, lambda, customers, webhooks, recorder });
  const wakeAll = () => {
    mappings.wakeAll();
    for (const { name } of services) timers.wake(name);
  };
  return {
    context,
    observed,
    customers,
    cloud,
    stored: (service, pk, sk) => tableOf(service).get({ pk, sk }),
    takeStep: () => recorder.takeStep(observed),
    begin() {
      scatterStock(plan, tableOf);
      context.startFaults();
      customers.come();
      scheduleHands(context, provider, idOf);
      for (const { until = 0 } of context.lasting("paused"))
        context.scheduler.at(plan.start + until, wakeAll);
      scheduleMomentaryFaults({ context, cloud, lambda, reactions, deployments });
    },
    stopFaults() {
      context.stopFaults();
      // Clocks are right and no service is paused from now on, so that what is due may be due at once.
      wakeAll();
    },
    orderIdOf: ({ number }) => idOf(number),
  };
}

/** Lets the shop open; then it is the plan's start. */
export async function openShop({ context, customers }: World): Promise<void> {
  const { plan, scheduler } = context;
  let isOpen = false;
  customers.open(() => {
    isOpen = true;
  });
  while (!isOpen) await scheduler.step();
  scheduler.skipTo(plan.start);
}

/** False for a dead letter that an operator purges by mistake. */
function isKept(context: RunContext, recorder: Recorder) {
  return (queue: Queue, message: Message): boolean => {
    recorder.touch(message.orderId);
    if (queue.source === undefined || !isPurged(context, queue, message)) return true;
    recorder.lose(queue.source, message);
    return false;
  };
}
