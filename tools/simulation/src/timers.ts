// The schedules: every minute each sweep runs, but the simulator skips the runs that have nothing to look at.
import type { ScheduleManifest, ServiceManifest } from "@order-saga/messaging";
import type { RunContext } from "./context.ts";
import type { Table } from "./dynamodb/table.ts";
import type { FunctionCode, Lambda } from "./lambda.ts";

export type Timers = {
  /** Something in the service's table changed that a sweep may have to look at. */
  wake(service: string): void;
};

type Timer = {
  manifest: ScheduleManifest;
  code: () => FunctionCode;
  table: Table;
  service: string;
  plannedFor: number;
};

export function createTimers(options: {
  context: RunContext;
  lambda: Lambda;
  services: readonly ServiceManifest[];
  tableOf: (service: string) => Table;
  code: (name: string) => FunctionCode;
  clockOf: (service: string) => number;
}): Timers {
  const { clockOf, context, lambda } = options;
  const { scheduler } = context;
  const timers: Timer[] = options.services.flatMap((service) =>
    service.schedules.map((manifest) => ({
      manifest,
      code: () => options.code(`${service.name}-${manifest.name}`),
      table: options.tableOf(service.name),
      service: service.name,
      plannedFor: Number.POSITIVE_INFINITY,
    })),
  );

  /** Plans the timer's next run that has something to look at, unless an earlier one is planned. */
  function plan(timer: Timer): void {
    const dueAt = earliestDue(timer.table);
    if (dueAt === undefined) return;
    const skew = clockOf(timer.service) - scheduler.now();
    const period = timer.manifest.everyMinutes * 60_000;
    const moment = Math.ceil((Math.max(dueAt - skew, scheduler.now()) + 1) / period) * period;
    if (moment >= timer.plannedFor) return;
    timer.plannedFor = moment;
    scheduler.at(moment, () => {
      if (timer.plannedFor !== moment) return;
      timer.plannedFor = Number.POSITIVE_INFINITY;
      if (isDue(timer)) run(timer);
      else plan(timer);
    });
  }

  /** False if what the run was planned for is settled by now. */
  function isDue({ service, table }: Timer): boolean {
    return (earliestDue(table) ?? Number.POSITIVE_INFINITY) <= clockOf(service);
  }

  function run(timer: Timer): void {
    const { name } = timer.code();
    // The world wakes it when the pause is over.
    if (context.isUnder("paused", timer.service)) return;
    if (context.isUnder("timer-late", name)) {
      scheduler.after(1, () => plan(timer));
      return;
    }
    const runs = context.isUnder("timer-doubled", name) ? 2 : 1;
    for (let count = 1; count <= runs; count++) {
      context.note(name, undefined, () => "runs");
      lambda.invoke(timer.code(), {}, () => plan(timer), { about: `run at ${context.elapsed()}` });
    }
  }

  return {
    wake(service) {
      for (const timer of timers) if (timer.service === service) plan(timer);
    },
  };
}

/** The first moment at which an item in the index of due records is due. */
function earliestDue(table: Table): number | undefined {
  let earliest: number | undefined;
  for (const { dueAt } of table.inIndex("due")) {
    const moment = Date.parse(String(dueAt));
    if (earliest === undefined || moment < earliest) earliest = moment;
  }
  return earliest;
}
