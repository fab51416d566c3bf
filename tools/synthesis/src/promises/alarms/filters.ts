// What the logs are searched for: each metric of an alarm is counted from the lines it is meant for.
import { functionsOf } from "@order-saga/messaging";
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { all, type Graph, physical, type Resource } from "../../graph.ts";
import { types } from "../../types.ts";
import { type DeploymentPromise, promise } from "../promise.ts";

type Filter = { metric: string; functions: readonly string[]; pattern: string; value?: string };

const subscriptions = allReactions(services);
const reactions = subscriptions.map(({ queue }) => queue.name);
const urgent = subscriptions.filter(({ manifest }) => manifest.isUrgent).map(({ queue }) => queue.name);
const uploads = subscriptions
  .filter(({ manifest }) => manifest.from === "uploads")
  .map(({ queue }) => queue.name);
const schedules = services.flatMap(({ name, schedules }) => schedules.map((each) => `${name}-${each.name}`));

const ofPayment = services
  .filter(({ name }) => name === "payment")
  .flatMap((service) => functionsOf(service).map(({ name }) => `payment-${name}`));

const delivering = subscriptions
  .map(({ queue }) => queue.name)
  .filter((name) => name === "webhooks-deliver-webhook");

const filters: readonly Filter[] = [
  {
    metric: "failing-messages",
    functions: urgent,
    pattern: '{ ($.message = "message will be delivered again") && ($.attempt >= 3) }',
  },
  {
    metric: "parked-messages",
    functions: reactions,
    pattern: '{ $.message = "message parked in the dead-letter queue" }',
  },
  {
    metric: "invariant-violations",
    functions: [...reactions, ...schedules],
    pattern: '{ $.errorName = "InvariantViolation" }',
  },
  {
    metric: "provider-refusals",
    functions: ofPayment,
    pattern: '{ $.message = "the provider refuses the shop" }',
  },
  {
    metric: "failed-refunds",
    functions: ofPayment,
    pattern: '{ $.message = "a refund failed" }',
  },
  {
    metric: "foreign-captures",
    functions: ofPayment,
    pattern:
      '{ ($.message = "less was captured than the order costs") || ($.message = "another hand captured after the order was given up") }',
  },
  {
    metric: "disputes",
    functions: ofPayment,
    pattern: '{ $.message = "a dispute was opened" }',
  },
  {
    metric: "webhook-signatures",
    functions: ["payment-hear-webhook"],
    pattern: '{ $.message = "a webhook\'s signature does not verify" }',
  },
  {
    metric: "stuck-orders",
    functions: ["orders-sweep-orders"],
    pattern: '{ $.message = "order is stuck" }',
  },
  {
    metric: "stuck-bulks",
    functions: ["orders-sweep-bulks"],
    pattern: '{ $.message = "a bulk is not complete in time" }',
  },
  {
    metric: "stock-feeds",
    functions: uploads,
    pattern: '{ $.message = "the two hashes of an upload differ" }',
  },
  {
    metric: "webhook-endpoints",
    functions: delivering,
    pattern: '{ ($.message = "webhook endpoint disabled") || ($.message = "webhook failed for good") }',
  },
  {
    metric: "mail-outcomes",
    functions: ["notification-notify-customer"],
    pattern: '{ ($.message = "mail outcome unknown") || ($.message = "mail refused") }',
  },
  {
    metric: "settling",
    functions: ["notification-notify-customer"],
    pattern: '{ ($.message = "mail sent") && (($.mail = "confirmed") || ($.mail = "rejected")) }',
    value: "$.durationMilliseconds",
  },
];

/** The filter of a log group that is deployed: one of a group that is not there sees nothing. */
function filterOf(graph: Graph, group: string, metric: string): Resource | undefined {
  return all(graph, types.metricFilter).find(
    ({ inputs }) =>
      inputs.logGroupName === group &&
      inputs.metricTransformation?.name === metric &&
      inputs.metricTransformation.namespace === physical(graph, "logs"),
  );
}

function wrong(graph: Graph, group: string, { metric, pattern, value = "1" }: Filter): string[] {
  const filter = filterOf(graph, group, metric);
  if (!filter) return [`${group}: ${metric} is not counted`];
  const { pattern: given, metricTransformation } = filter.inputs;
  const { value: counted, defaultValue } = metricTransformation;
  const holds = given === pattern && counted === value && defaultValue === undefined;
  return holds
    ? []
    : [`${group}: ${metric} counts ${counted} of ${given}, with ${defaultValue ?? "no default"}`];
}

/** What the filters read of a line of the access log, where every value is text. */
const logged = {
  status: "$context.status",
  route: "$context.routeKey",
  integrationLatencyMilliseconds: "$context.integration.latency",
};

const ofAccessLog: readonly Filter[] = [
  { metric: "throttled-requests", functions: [], pattern: '{ $.status = "429" }' },
  {
    metric: "slow-requests",
    functions: [],
    // Who reads an order may ask to wait for its change.
    pattern:
      '{ $.route != "GET /orders/{orderId}" && $.integrationLatencyMilliseconds = %^[89][0-9][0-9][0-9]$|^[1-9][0-9][0-9][0-9][0-9]+$% }',
  },
];

export const filterPromises: readonly DeploymentPromise[] = [
  promise("what an alarm counts in the logs is counted in each log group, by one for a line", (graph) =>
    filters.flatMap((filter) =>
      filter.functions.flatMap((name) => wrong(graph, `/aws/lambda/${physical(graph, name)}`, filter)),
    ),
  ),
  promise("requests that were too many or too slow are counted in the API's access log", (graph) => {
    const [stage] = all(graph, types.apiStage);
    const group = all(graph, types.logGroup).find(
      ({ arn }) => arn === stage?.inputs.accessLogSettings?.destinationArn,
    );
    const format = String(stage?.inputs.accessLogSettings?.format);
    return [
      ...Object.entries(logged).flatMap(([field, value]) =>
        format.includes(`"${field}":"${value}"`) ? [] : [`the access log has no ${field}`],
      ),
      ...ofAccessLog.flatMap((filter) => wrong(graph, String(group?.inputs.name), filter)),
    ];
  }),
  promise("the rules that count orders hear one type of event each", (graph) => {
    const heard = { "inventory-reserve-stock": "OrderPlaced", "inventory-commit-stock": "PaymentCaptured" };
    return Object.entries(heard).flatMap(([rule, type]) => {
      const found = all(graph, types.rule).find(({ inputs }) => inputs.name === physical(graph, rule));
      const types_ = JSON.parse(String(found?.inputs.eventPattern ?? "{}"))["detail-type"] ?? [];
      return types_.join() === type ? [] : [`${rule} hears ${types_.join()}`];
    });
  }),
];
