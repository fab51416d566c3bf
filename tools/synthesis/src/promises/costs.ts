// What a stage costs while no order comes.
import type { Graph } from "../graph.ts";
import { idleBill } from "../idle/bill.ts";
import { types } from "../types.ts";
import { type DeploymentPromise, promise } from "./promise.ts";

/** Dollars a month. Without alarms, which are most of production's bill, a developer's stage costs little. */
const mostOf = ({ resources, stage }: Graph): number => {
  const has = (kind: string) => resources.some(({ type }) => type.includes(kind));
  const isWatched = stage === "production" || has("metricAlarm");
  // A stage with endpoints has a service more: two queues that are polled, and ten alarms.
  const hasWebhooks = resources.some(
    ({ inputs, type }) => type === types.queue && String(inputs.name).endsWith("-webhooks-deliver-webhook"),
  );
  const webhooks = hasWebhooks ? (isWatched ? 1.7 : 0.7) : 0;
  // A worker is paid by the hour, whether orders come or not.
  return (isWatched ? 20 : 5) + webhooks + (has("ecs/service") ? 58 : 0);
};

export const costPromises: readonly DeploymentPromise[] = [
  promise("an idle month costs at most 20 dollars in production, and 5 in a developer's stage", (graph) => {
    const { items, total } = idleBill(graph);
    const listed = Object.entries(items).map(([item, dollars]) => `${item} ${dollars.toFixed(2)}`);
    return total <= mostOf(graph) ? [] : [`${total.toFixed(2)} of ${mostOf(graph)}: ${listed.join(", ")}`];
  }),
  promise("every type of resource has a price, if only that it costs nothing", (graph) =>
    idleBill(graph).unpriced.map((type) => `no price for ${type}: say in idle/bill.ts what it costs`),
  ),
];
