import { expect, onTestFinished, test } from "vitest";
import { startSchedules } from "./schedules.ts";

function setUp(run: () => Promise<unknown>) {
  const clock = { now: 0 };
  const errors: unknown[] = [];
  const schedules = startSchedules(
    [{ name: "sweep", everyMinutes: 1, run }],
    () => clock.now,
    (_, error) => errors.push(error),
  );
  onTestFinished(() => schedules.stop());
  return { clock, errors, schedules };
}

test("a schedule runs when its minute is over by the runtime's clock", async () => {
  let runs = 0;
  const { clock, schedules } = setUp(async () => runs++);
  await schedules.tick();
  expect(runs).toBe(0);
  clock.now = 60_000;
  await schedules.tick();
  await schedules.tick();
  expect(runs).toBe(1);
});

test("a run still under way is not started twice", async () => {
  let runs = 0;
  let finish = () => {};
  const { schedules } = setUp(() => {
    runs++;
    return new Promise<void>((resolve) => {
      finish = resolve;
    });
  });
  const first = schedules.runNow();
  const second = schedules.runNow("sweep");
  finish();
  await Promise.all([first, second]);
  expect(runs).toBe(1);
});

test("a run that fails is reported and the next one comes", async () => {
  let runs = 0;
  const { errors, schedules } = setUp(async () => {
    runs++;
    throw new Error("store down");
  });
  await schedules.runNow();
  await schedules.runNow();
  expect(runs).toBe(2);
  expect(errors).toHaveLength(2);
});
