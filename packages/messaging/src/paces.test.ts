// Functions of one process share a way to each endpoint, at their process's share of the limit.
import { expect, test } from "vitest";
import type { ExecutionEnvironment } from "./execution-environment.ts";
import { reactionManifest, type ServiceManifest, scheduleManifest } from "./manifest.ts";
import { pacesOf } from "./paces.ts";
import { aSkippingClock } from "./testing.ts";

const limit = { provider: "stripe", perSecond: 25, setting: "STRIPE_PER_SECOND" } as const;
const service: ServiceManifest = {
  name: "payment",
  table: { record: "PAY#*", indexes: {} },
  reactions: ["authorize", "capture"].map((name) =>
    reactionManifest({ name, hears: ["OrderPlaced"], calls: limit }),
  ),
  schedules: [scheduleManifest({ name: "resume", calls: limit }), scheduleManifest({ name: "other" })],
  routes: [],
  settings: {},
  secrets: [],
};

function anEnvironment(perSecond: number, process?: object) {
  const env = {
    ...(process && { process }),
    ...aSkippingClock(),
    variable: (name: string) => (name === limit.setting ? String(perSecond) : undefined),
  };
  return env as unknown as ExecutionEnvironment;
}

test("functions of one process share an endpoint's way, and others have their own", () => {
  const process = {};
  const [one, two] = [0, 1].map(() => pacesOf(anEnvironment(25, process), service, limit));
  expect(one?.("capture")).toBe(two?.("capture"));
  expect(one?.("capture")).not.toBe(one?.("create"));
  const [alone, another] = [0, 1].map(() => pacesOf(anEnvironment(25), service, limit));
  expect(alone?.("capture")).toBe(alone?.("capture"));
  expect(alone?.("capture")).not.toBe(another?.("capture"));
});

// By the limit: two reactions of 2 batches at 10 a second, of 3 at 30; and the one schedule that calls.
test.for([
  { perSecond: 10, perProcess: 2 },
  { perSecond: 28, perProcess: 4 },
])("at $perSecond calls a second a process begins with $perProcess", async ({ perProcess, perSecond }) => {
  const env = anEnvironment(perSecond);
  const pace = pacesOf(env, service, limit)("create");
  for (let call = 0; call < 2; call++) await pace.turn(0);
  expect(env.now()).toBe(0);
  await pace.turn(10_000);
  await pace.turn(10_000);
  expect(env.now()).toBe(2000 / perProcess);
});
