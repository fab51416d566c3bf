// What runs the services: their functions, the event-source mappings and the schedules.
import { services } from "@order-saga/services";
import type { ClockOffset } from "../clock.ts";
import type { Closers } from "../closers.ts";
import type { Answers } from "../fast-path/thread-requests.ts";
import type { RuntimeListeners } from "../listeners.ts";
import { observerOf, type RuntimeObserver } from "../observer.ts";
import type { Named, Queues } from "../provision.ts";
import { type Functions, startFunctions } from "./functions.ts";
import type { Mapping } from "./mapping.ts";
import { type Consumers, type Invoke, messageOf, startMappings } from "./mappings.ts";
import type { SourceOf } from "./message-source.ts";
import { type Schedule, type Schedules, schedulesOf, startSchedules } from "./schedules.ts";

export type Workers = {
  functions: Functions;
  /** By the queue's name. */
  mappings: ReadonlyMap<string, Mapping>;
  schedules: Schedules;
};

type WorkerOptions = {
  clock: ClockOffset;
  queues: Queues;
  region: string;
  /** What tables and the bus are called where the functions find them. */
  named?: Named;
  environment: Readonly<Record<string, string>>;
  values: Readonly<Record<string, string>>;
  answers?: Answers;
  sourceOf: SourceOf;
  consumers?: Consumers;
  /** True where the endpoint knows the functions' roles by their access keys. */
  hasRoles?: boolean;
  around?: (invoke: Invoke, reaction: string) => Invoke;
  observer?: Required<RuntimeObserver>;
  listeners: RuntimeListeners;
};

export async function startWorkers(closers: Closers, options: WorkerOptions): Promise<Workers> {
  const { listeners, observer = observerOf(new Set()), ...given } = options;
  const { onLog, onWarning } = listeners;
  const functions = await startFunctions({
    ...given,
    services,
    onLog(line) {
      observer.lineLogged(line);
      onLog(line);
    },
    onWarning,
  });
  closers.add(() => functions.stop());
  const mappings = startMappings({ ...given, functions, onBatch: observer.batchChanged, onWarning });
  closers.add(() => Promise.all([...mappings.values()].map((mapping) => mapping.disable())));
  const schedules = startSchedules(
    schedulesOf(services, functions).map((each) => observed(each, observer)),
    () => Date.now(),
    (name, error) => onWarning(`${name}: ${messageOf(error)}`),
  );
  closers.add(() => schedules.stop());
  return { functions, mappings, schedules };
}

function observed(schedule: Schedule, observer: Required<RuntimeObserver>): Schedule {
  return {
    ...schedule,
    async run() {
      observer.scheduleStarted(schedule.name);
      await schedule.run().finally(() => observer.scheduleEnded(schedule.name));
    },
  };
}
