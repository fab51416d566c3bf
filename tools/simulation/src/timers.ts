// The schedules: every minute each sweep runs, but the simulator skips the runs that have nothing to look at.
import type { ScheduleManifest, ServiceManifest } from "@order-saga/messaging";
import type { RunContext } from "./context.ts";
import type { Table } from "./dynamodb/table.ts";
import type { FunctionCode, Lambda } from "./lambda.ts";

export type Timers = {
  /**
   * Something in the service's table changed that a sweep may have to look at: this item, or it is not known
   * what.
   */
  wake(service: string, item?: Readonly<Record<string, unknown>>): void;
  /** The provider has had such an event: the schedule that asks it for refunds and disputes may find some. */
  changed(type: string): void;
};

const ASKED_FOR_MILLISECONDS = 2 * 24 * 3600_000;

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
  let changedAt = Number.NEGATIVE_INFINITY;
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
  function plan(timer: Timer, dueAt = dueOf(timer)): void {
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

  /** A schedule without a table asks the provider; for two days after a change it may find something new. */
  function dueOf({ manifest, table }: Timer): number | undefined {
    if (manifest.table !== "none") return earliestDue(table);
    return scheduler.now() - changedAt < ASKED_FOR_MILLISECONDS ? scheduler.now() : undefined;
  }

  /** False if what the run was planned for is settled by now. */
  function isDue(timer: Timer): boolean {
    const dueAt = dueOf(timer);
    return dueAt !== undefined && (timer.manifest.table === "none" || dueAt <= clockOf(timer.service));
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
    wake(service, item) {
      // An item that is due later than the planned run, or never, plans nothing: so the others are not read.
      if (item && item.dueAt === undefined) return;
      const dueAt = item && Date.parse(String(item.dueAt));
      for (const timer of timers)
        if (timer.service === service && (!item || timer.manifest.table !== "none")) plan(timer, dueAt);
    },
    changed(type) {
      if (!/^(refund|charge\.dispute)/.test(type)) return;
      changedAt = scheduler.now();
      for (const timer of timers) if (timer.manifest.table === "none") plan(timer);
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
