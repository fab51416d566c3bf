// Makes a simulated world from a plan: the shipped functions, their simulated cloud, customers and faults.
import { type DomainEvent, type ServiceName, subjectOf } from "@order-saga/contracts";
import type { ServiceManifest } from "@order-saga/messaging";
import { allReactions } from "@order-saga/messaging/topology";
import { createIdentity } from "@order-saga/orders/identity/hmac";
import { services as allServices } from "@order-saga/services";
import { createBus } from "./bus.ts";
import { createCalls } from "./calls.ts";
import type { Item, Observed, Step } from "./checkers/observed.ts";
import { createClocks } from "./clocks.ts";
import { createRunContext, type RunContext } from "./context.ts";
import { type Customers, createCustomers } from "./customers.ts";
import { createDeployments, type Versions } from "./deployments.ts";
import { type Cloud, createEnvironments, type OnAllowed } from "./environments.ts";
import { createMappings } from "./event-source-mapping.ts";
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
import { createQueues } from "./queues.ts";
import { createRecorder } from "./recorder.ts";
import { createTables } from "./tables.ts";
import { createTimers } from "./timers.ts";
import type { Watch } from "./watch.ts";

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
  const { now } = context.scheduler;
  const call = createCalls(context);
  const reactions = allReactions(services);
  const recorder = createRecorder(now);

  const tableOf = createTables(context, {
    services,
    ignoresConditions: sabotage,
    onWrite(service, item) {
      recorder.wrote(item);
      timers.wake(service);
    },
  });
  const queues = createQueues(context, call, reactions, (queue, message) => {
    recorder.touch(message.orderId);
    if (queue.source === undefined || !isPurged(context, queue, message)) return true;
    recorder.lose(queue.source, message);
    return false;
  });
  const onEntry = ({ event }: { event: DomainEvent | undefined }) =>
    recorder.touch(event && subjectOf(event));
  const bus = createBus(context, call, { reactions, queues, onEntry });
  const mail = createMailProvider(context, call, ({ orderId }) => recorder.touch(orderId));
  const provider = createProvider(context, call, recorder.touch);
  const objects = createObjects(context, call, { queues, reactions });
  const cloud: Cloud = { tableOf, queues, objects, bus, mail, provider };

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
  const onCall = ({ orderId }: { orderId: string | undefined }) => recorder.touch(orderId);
  const idOf = (number: number) => ids.byNumber.get(number) ?? "";
  const customers = createCustomers({ context, lambda, code, objects, idOf, onCall });

  const wakeAll = () => {
    mappings.wakeAll();
    for (const { name } of services) timers.wake(name);
  };
  return {
    context,
    observed: createObservation({ context, cloud, lambda, customers, recorder }),
    customers,
    cloud,
    stored: (service, pk, sk) => tableOf(service).get({ pk, sk }),
    takeStep: () =>
      recorder.takeStep({ published: bus.published, mails: mail.mails, calls: customers.calls }),
    begin() {
      context.startFaults();
      customers.come();
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
