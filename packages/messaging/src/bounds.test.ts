// Each bound of the manifests, seen to be kept and seen to be broken.
import { expect, test } from "vitest";
import { checkBounds } from "./bounds.ts";
import { reactionManifest, routeManifest, type ServiceManifest, scheduleManifest } from "./manifest.ts";

const service = (given: Partial<ServiceManifest>): ServiceManifest => ({
  name: "orders",
  table: { record: "ORDER#*", indexes: {} },
  reactions: [],
  schedules: [],
  routes: [],
  settings: {},
  secrets: [],
  ...given,
});
const route = { name: "any", method: "POST", scopes: [] } as const;
const reaction = (given: Partial<Parameters<typeof reactionManifest>[0]>) =>
  service({ reactions: [reactionManifest({ name: "react", hears: ["OrderPlaced"], ...given })] });
const schedule = (given: Partial<Parameters<typeof scheduleManifest>[0]>) =>
  service({ schedules: [scheduleManifest({ name: "sweep", ...given })] });
const tasks = (name: string, sends: string[]) => reactionManifest({ name, hears: [], from: "tasks", sends });
const limit = { provider: "stripe", perSecond: 25, setting: "STRIPE_PER_SECOND" } as const;
/** A service of three functions that call a provider. */
function calling(
  given: Partial<Parameters<typeof reactionManifest>[0]>,
  { other = limit, route: isRoute = false }: { other?: typeof limit | object; route?: boolean } = {},
): ServiceManifest {
  const calls = { calls: limit, environment: [limit.setting] };
  return service({
    reactions: [
      reactionManifest({ name: "react", hears: ["OrderPlaced"], ...calls, ...given }),
      reactionManifest({ name: "other", hears: ["OrderPlaced"], ...calls, calls: other as typeof limit }),
    ],
    schedules: [scheduleManifest({ name: "sweep", ...calls })],
    routes: isRoute ? [routeManifest({ ...route, path: "/orders", ...calls })] : [],
  });
}
const bucket = { name: "feeds", prefix: "feeds/", expiresDays: 30 };

test.each<[string, ServiceManifest[]]>([
  [
    "a route, a schedule and a reaction",
    [
      service({ routes: [routeManifest({ ...route, path: "/orders/{orderId}" })] }),
      schedule({ everyMinutes: 5 }),
      reaction({}),
    ],
  ],
  [
    "a reaction that continues its own task",
    [service({ reactions: [tasks("split", ["split", "place"]), tasks("place", [])] })],
  ],
  ["functions that share a provider's limit", [calling({})]],
  [
    "a route that signs uploads",
    [service({ bucket, routes: [routeManifest({ ...route, path: "/f", objects: { put: ["feeds/*"] } })] })],
  ],
  [
    "a route that just answers in time, and names that only look like a route for all",
    [
      service({ routes: [routeManifest({ ...route, path: "/cost-$default", timeoutSeconds: 29 })] }),
      service({ routes: [routeManifest({ ...route, path: "$default-view" })] }),
    ],
  ],
  ["a schedule that just ends before the next", [schedule({ timeoutSeconds: 60 })]],
  [
    "the least and the most of a reaction",
    [
      reaction({ maximumConcurrency: 2, batchSize: 1, maxReceiveCount: 1, timeoutSeconds: 1 }),
      reaction({ maximumConcurrency: 998, batchSize: 10, maxReceiveCount: 1000, timeoutSeconds: 900 }),
    ],
  ],
  ["a large batch that has a window", [reaction({ batchSize: 10_000, batchWindowSeconds: 1 })]],
  [
    "uploads to another folder, and none",
    [
      service({
        bucket,
        reactions: [
          reactionManifest({ name: "export", hears: ["OrderPlaced"], objects: { put: ["exports/*"] } }),
          reactionManifest({ name: "read", hears: ["OrderPlaced"], objects: { get: ["feeds/*"] } }),
        ],
      }),
    ],
  ],
  [
    "uploads of a service without a bucket of its own",
    [
      service({
        reactions: [
          reactionManifest({ name: "export", hears: ["OrderPlaced"], objects: { put: ["feeds/*"] } }),
        ],
      }),
    ],
  ],
  [
    "one service that sends mail, with a function that sends none",
    [
      service({
        reactions: [
          reactionManifest({ name: "mail", hears: ["OrderPlaced"], mail: true }),
          reactionManifest({ name: "other", hears: ["OrderPlaced"] }),
        ],
      }),
      reaction({}),
    ],
  ],
])("%s are within the bounds", (_, services) => {
  expect(checkBounds(services)).toEqual([]);
});

test.each<[string, ServiceManifest[], string]>([
  [
    "a function for every path",
    [service({ routes: [routeManifest({ ...route, path: "/{proxy+}" })] })],
    "one function serves one route",
  ],
  [
    "a route slower than the API",
    [service({ routes: [routeManifest({ ...route, path: "/o", timeoutSeconds: 60 })] })],
    "the API gives up",
  ],
  [
    "the route for all that have none",
    [service({ routes: [routeManifest({ ...route, path: "$default" })] })],
    "one function serves one route",
  ],
  [
    "a route as slow as the API",
    [service({ routes: [routeManifest({ ...route, path: "/o", timeoutSeconds: 30 })] })],
    "the API gives up",
  ],
  ["a schedule that never runs", [schedule({ everyMinutes: 0 })], "whole minutes"],
  ["a function without a second", [reaction({ timeoutSeconds: 0 })], "Lambda takes 1 to"],
  ["a function of more than 15 minutes", [reaction({ timeoutSeconds: 901 })], "Lambda takes 1 to"],
  ["a batch of eleven without a window", [reaction({ batchSize: 11 })], "at most 10"],
  ["an empty batch", [reaction({ batchSize: 0 })], "batches of 0"],
  [
    "an upload by a beginning of the folder, beside another",
    [
      service({
        bucket,
        reactions: [
          reactionManifest({ name: "a", hears: ["OrderPlaced"], objects: { put: ["exports/*", "fe*"] } }),
        ],
      }),
    ],
    "a writes under feeds/",
  ],
  ["a schedule every second", [schedule({ everyMinutes: 1 / 60 })], "whole minutes"],
  ["a schedule that overtakes itself", [schedule({ timeoutSeconds: 90 })], "runs again after 60 s"],
  [
    "a function without an end",
    [reaction({ timeoutSeconds: Number.POSITIVE_INFINITY })],
    "Lambda takes 1 to",
  ],
  [
    "a reaction without a limit",
    [reaction({ maximumConcurrency: Number.POSITIVE_INFINITY })],
    "SQS takes 2 to",
  ],
  ["a reaction of one at a time", [reaction({ maximumConcurrency: 0 })], "SQS takes 2 to"],
  ["a batch of hundreds", [reaction({ batchSize: 500 })], "at most 10"],
  ["a message that is never given up", [reaction({ maxReceiveCount: 100_000 })], "never be parked"],
  [
    "an import that uploads",
    [
      service({
        bucket,
        reactions: [
          reactionManifest({ name: "import", hears: [], from: "uploads", objects: { put: ["*"] } }),
        ],
      }),
    ],
    "a loop",
  ],
  [
    "an import that uploads, by a pattern that hides it",
    [
      service({
        bucket,
        reactions: [
          reactionManifest({ name: "import", hears: [], from: "uploads", objects: { put: ["?eeds/*"] } }),
        ],
      }),
    ],
    "a loop",
  ],
  [
    "a reaction to events that uploads for another of its service",
    [
      service({
        bucket,
        reactions: [
          reactionManifest({ name: "export", hears: ["OrderPlaced"], objects: { put: ["feeds/orders/*"] } }),
          reactionManifest({ name: "import", hears: [], from: "uploads" }),
        ],
      }),
    ],
    "export writes under feeds/",
  ],
  [
    "more at once than an account has",
    [reaction({ maximumConcurrency: 600 }), reaction({ maximumConcurrency: 600 })],
    "1200 times at once",
  ],
  ["a route that calls a provider", [calling({}, { route: true })], "it sends a task instead"],
  [
    "two limits of one provider",
    [calling({}, { other: { ...limit, perSecond: 9 } })],
    "name different limits",
  ],
  ["a limit that no stage can change", [calling({ environment: [] })], "does not read STRIPE_PER_SECOND"],
  ["more batches than a limit allows", [calling({ maximumConcurrency: 9 })], "allows 3"],
  ["a batch that has no turns in time", [calling({ timeoutSeconds: 5 })], "may take 3 s at its share"],
  [
    "two services that send mail",
    [reaction({ mail: true }), { ...reaction({ mail: true }), name: "payment" }],
    "orders and payment send mail",
  ],
])("%s is named", (_, services, sentence) => {
  expect(checkBounds(services).join()).toContain(sentence);
});

test("two providers may have two limits", () => {
  const mail = { provider: "ses", perSecond: 14, setting: "MAIL_PER_SECOND" } as const;
  const told = checkBounds([calling({ environment: [limit.setting] }, { other: mail })]).join();
  expect(told).not.toContain("name different limits");
});

test("a batch whose turns take just half of its function's time is within the bounds", () => {
  expect(checkBounds([calling({ timeoutSeconds: 6 })]).join()).not.toContain("at its share");
});

test("services of which one function of several sends mail are mailers", () => {
  const mailers = ["orders", "payment"] as const;
  const services = mailers.map((name) => ({
    ...service({
      reactions: [
        reactionManifest({ name: "mail", hears: ["OrderPlaced"], mail: true }),
        reactionManifest({ name: "other", hears: ["OrderPlaced"] }),
      ],
    }),
    name,
  }));
  expect(checkBounds(services).join()).toContain("orders and payment send mail");
});
