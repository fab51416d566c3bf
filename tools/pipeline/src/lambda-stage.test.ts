// A stage in AWS as a rollout sees it, over clients that answer as AWS does.
import { expect, test } from "vitest";
import { type Clients, lambdaStage } from "./lambda-stage.ts";
import type { Waiting } from "./rollout.ts";

type Input = Record<string, unknown> & { FunctionName?: string };
type Answer = (input: Input) => unknown;

/** Answers each command by its name; the rest of a command's inputs are kept. */
function clientsOf(answers: Record<string, Answer>) {
  const sent: { name: string; input: Input }[] = [];
  const client = {
    async send(command: object) {
      const name = command.constructor.name.replace(/Command$/, "");
      const { input } = command as { input: Input };
      sent.push({ name, input });
      return (answers[name] ?? (() => ({})))(input);
    },
  };
  const clients: Clients = { lambda: client, metrics: client, logs: client };
  const inputsOf = (name: string) => sent.filter((each) => each.name === name).map(({ input }) => input);
  let now = Date.parse("2026-11-29T12:00:00Z");
  const stage = lambdaStage("production", {
    clients,
    now: () => now,
    pause: async (seconds) => {
      now += seconds * 1000;
    },
  });
  return { stage, inputsOf };
}

const name = "order-saga-production-payment-capture-payment";
const capture: Waiting = { name, kind: "worker", layer: 3, live: "9", newest: "10" };

test("a function waits whose highest version, over all pages, is not the live one", async () => {
  const { stage } = clientsOf({
    GetAlias: ({ FunctionName }) => ({ FunctionVersion: FunctionName === name ? "9" : "10" }),
    ListVersionsByFunction: ({ Marker }) =>
      Marker
        ? { Versions: [{ Version: "10" }] }
        : { Versions: [{ Version: "$LATEST" }, { Version: "9" }], NextMarker: "more" },
  });
  expect(await stage.waiting()).toEqual([
    { name, kind: "worker", layer: expect.any(Number), live: "9", newest: "10" },
  ]);
});

test("a share of calls, all of them, none of them: as AWS's alias says it, on the revision that was read", async () => {
  const { inputsOf, stage } = clientsOf({ GetAlias: () => ({ RevisionId: "r1" }) });
  for (const share of [0.1, 1, 0]) await stage.shift(capture, share);
  const said = inputsOf("UpdateAlias").map(({ FunctionVersion, RoutingConfig, RevisionId }) => ({
    FunctionVersion,
    RoutingConfig,
    RevisionId,
  }));
  expect(said).toEqual([
    { FunctionVersion: "9", RoutingConfig: { AdditionalVersionWeights: { "10": 0.1 } }, RevisionId: "r1" },
    { FunctionVersion: "10", RoutingConfig: { AdditionalVersionWeights: {} }, RevisionId: "r1" },
    { FunctionVersion: "9", RoutingConfig: { AdditionalVersionWeights: {} }, RevisionId: "r1" },
  ]);
});

test("what the last rollout moved is read from the alias, and a rollback forgets it", async () => {
  let Description = "";
  const { stage } = clientsOf({
    GetAlias: ({ FunctionName }) => (FunctionName === name ? { Description } : {}),
    UpdateAlias: (input) => {
      Description = String(input.Description);
    },
  });
  await stage.shift(capture, 1);
  expect(await stage.rolledOut()).toMatchObject([{ name, live: "9", newest: "10" }]);
  await stage.shift(capture, 0);
  expect(await stage.rolledOut()).toEqual([]);
});

test("alarms of the stage that are on are named", async () => {
  const { inputsOf, stage } = clientsOf({
    DescribeAlarms: () => ({ MetricAlarms: [{ AlarmName: "order-saga-production-api-errors" }] }),
  });
  expect(await stage.alarms()).toEqual(["the alarm order-saga-production-api-errors is on"]);
  expect(inputsOf("DescribeAlarms")).toMatchObject([
    { AlarmNamePrefix: "order-saga-production-", StateValue: "ALARM" },
  ]);
});

const dimensionsOf = (input: Input) =>
  (input.MetricDataQueries as { MetricStat: { Metric: { Dimensions: { Name: string; Value: string }[] } } }[])
    .flatMap(({ MetricStat }) => MetricStat.Metric.Dimensions)
    .map(({ Name, Value }) => `${Name}=${Value}`);

test("errors count of the newest version alone while it shares the alias", async () => {
  const { inputsOf, stage } = clientsOf({
    GetMetricData: () => ({ MetricDataResults: [{ Values: [2, 1] }] }),
  });
  await stage.shift(capture, 0.1);
  await stage.pause(60);
  expect(await stage.troubles([capture])).toEqual([
    `${name}:10 failed as a whole 3 times (AWS/Lambda Errors)`,
  ]);
  const asked = inputsOf("GetMetricData").map(dimensionsOf);
  expect(asked).toEqual([[`FunctionName=${name}`, `Resource=${name}:live`, "ExecutedVersion=10"]]);
});

test("errors count of the whole alias once it has one version, from then on", async () => {
  const { inputsOf, stage } = clientsOf({});
  await stage.shift(capture, 0.5);
  await stage.pause(300);
  await stage.shift(capture, 1);
  expect(await stage.troubles([capture])).toEqual([]);
  const whole = inputsOf("GetMetricData").find((each) => dimensionsOf(each).length === 2);
  expect(whole?.StartTime).toEqual(new Date("2026-11-29T12:05:00Z"));
});

const line = (version: string, fields: object) => ({
  logStreamName: `2026/11/29/[${version}]abc`,
  message: JSON.stringify(fields),
});
const again = (version: string) =>
  line(version, { level: "warn", message: "message will be delivered again" });
const parked = { level: "error", message: "message parked in the dead-letter queue" };

test("a parked message of the newest version is trouble, of the version before it is not", async () => {
  const events = [line("9", parked)];
  const { inputsOf, stage } = clientsOf({ FilterLogEvents: () => ({ events }) });
  await stage.shift(capture, 1);
  expect(await stage.troubles([capture])).toEqual([]);
  events.push(line("10", parked));
  expect(await stage.troubles([capture])).toEqual([`${name}:10 logged "${parked.message}"`]);
  expect(inputsOf("FilterLogEvents")[0]).toMatchObject({
    logGroupName: `/aws/lambda/${name}`,
    startTime: Date.parse("2026-11-29T12:00:00Z"),
  });
});

test("ten messages that will come again are a provider's hiccup, an eleventh on a later page is not", async () => {
  const later = [again("10"), again("9")];
  const { stage } = clientsOf({
    FilterLogEvents: ({ nextToken }) =>
      nextToken ? { events: later } : { events: Array(9).fill(again("10")), nextToken: "more" },
  });
  await stage.shift(capture, 1);
  expect(await stage.troubles([capture])).toEqual([]);
  later.push(again("10"));
  expect(await stage.troubles([capture])).toEqual([`${name}:10: 11 messages will be delivered again`]);
});
