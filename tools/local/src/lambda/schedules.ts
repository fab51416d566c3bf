// EventBridge schedules: runs each function at its rate by the runtime's clock, one run at a time.
import type { ServiceManifest } from "@order-saga/messaging";
import type { Functions } from "./functions.ts";

export type Schedule = { name: string; everyMinutes: number; run: () => Promise<unknown> };

export type Schedules = {
  readonly all: readonly Schedule[];
  /** Runs what is due; called by the ticker and right after the clock was moved. */
  tick(): Promise<void>;
  /** Runs one schedule, or all, now. */
  runNow(name?: string): Promise<void>;
  stop(): Promise<void>;
};

/** Every schedule of the manifests, as an invocation of its function. */
export function schedulesOf(
  services: readonly ServiceManifest[],
  { invoke }: Pick<Functions, "invoke">,
): Schedule[] {
  return services.flatMap(({ name: service, schedules }) =>
    schedules.map(({ everyMinutes, name }) => ({
      name,
      everyMinutes,
      run: () => invoke(service, name, {}),
    })),
  );
}

export function startSchedules(
  schedules: readonly Schedule[],
  now: () => number,
  onError: (name: string, error: unknown) => void,
): Schedules {
  const nextAt = new Map(schedules.map((each) => [each.name, now() + each.everyMinutes * 60_000]));
  const running = new Map<string, Promise<void>>();
  const run = (each: Schedule): Promise<void> => {
    const current = running.get(each.name);
    if (current) return current;
    nextAt.set(each.name, now() + each.everyMinutes * 60_000);
    const started = each
      .run()
      .then(() => {})
      .catch((error) => onError(each.name, error))
      .finally(() => running.delete(each.name));
    running.set(each.name, started);
    return started;
  };
  const tick = async () => {
    await Promise.all(schedules.filter((each) => (nextAt.get(each.name) ?? 0) <= now()).map(run));
  };
  const ticker = setInterval(() => void tick(), 1000);
  return {
    all: schedules,
    tick,
    async runNow(name) {
      await Promise.all(schedules.filter((each) => name === undefined || each.name === name).map(run));
    },
    async stop() {
      clearInterval(ticker);
      await Promise.all(running.values());
    },
  };
}
