// Consumers: a queue has one kind of them, a function or the worker, and the worker may do what both may.
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { find, type Graph, parse, physical, type Resource } from "../graph.ts";
import { grantsOf } from "../policy.ts";
import { types } from "../types.ts";
import { deployed } from "./deployed.ts";
import { type DeploymentPromise, promise } from "./promise.ts";

type Container = {
  command?: string[];
  environment?: { name: string }[];
  healthCheck?: { startPeriod?: number };
  readonlyRootFilesystem?: boolean;
  stopTimeout?: number;
};

const text = (value: object) => JSON.stringify(value);

const tasksOf = ({ resources }: Graph) => resources.filter(({ type }) => type === types.task);

const containerOf = ({ inputs }: Resource) => parse<[Container]>(inputs.containerDefinitions)[0];

/** The queues, by their names in the manifests, that the worker takes messages from. */
function ofWorker(graph: Graph): string[] {
  const commands = tasksOf(graph).flatMap((task) => containerOf(task).command ?? []);
  return allReactions(services)
    .filter(({ manifest }) => commands.includes(manifest.name))
    .map(({ queue }) => queue.name);
}

const isPaused = ({ settings: { PAUSED_REACTIONS = "", STOPPED } }: Graph, name: string) =>
  STOPPED === "yes" || PAUSED_REACTIONS.split(",").some((each) => each.trim() === name);

/** What only Lambda does with a function's role. */
const ofLambda = ({ actions, conditions }: ReturnType<typeof grantsOf>[number]) =>
  actions.some((action) => action.startsWith("logs:")) ||
  Object.keys(conditions).some((key) => key.endsWith("lambda:FunctionArn"));

export const consumerPromises: readonly DeploymentPromise[] = [
  promise("every queue has one kind of consumer: its function, or the worker", (graph) => {
    const taken = ofWorker(graph);
    return allReactions(services).flatMap(({ queue: { name } }) => {
      const arn = find(graph, types.queue, ({ inputs }) => inputs.name === physical(graph, name))?.arn;
      const mapping = find(graph, types.mapping, ({ inputs }) => inputs.eventSourceArn === arn);
      const kinds = [mapping?.inputs.enabled !== false, taken.includes(name)].filter(Boolean).length;
      return kinds === (isPaused(graph, name) ? 0 : 1) ? [] : [`${name}: ${kinds} kinds of consumers`];
    });
  }),
  promise("the worker may do what its reactions may, keep their messages hidden, and nothing else", (graph) =>
    tasksOf(graph).flatMap(({ inputs }) => {
      const taken = ofWorker(graph);
      const functions = deployed(graph).filter(({ name }) => taken.includes(name));
      const allowed = functions.flatMap(({ grants }) => grants.filter((each) => !ofLambda(each)));
      const role = find(graph, types.role, ({ arn }) => arn === inputs.taskRoleArn);
      const queues = functions.map(({ name }) => physical(graph, name));
      const given = role ? grantsOf(role) : [];
      const wide = given.filter(
        (each) =>
          !allowed.some((other) => text(other) === text(each)) &&
          !(
            each.actions.join() === "sqs:ChangeMessageVisibility" &&
            each.resources.every((arn) => queues.includes(arn.split(":").at(-1) ?? ""))
          ),
      );
      const lost = allowed.filter((each) => !given.some((other) => text(other) === text(each)));
      return [
        ...wide.map((each) => `the worker may ${text(each)}`),
        ...lost.map((each) => `the worker may not ${text(each)}`),
      ];
    }),
  ),
  promise("the worker is two tasks of 1 vCPU and 2 GB, one of which AWS may take back", (graph) => [
    ...graph.resources
      .filter(({ type }) => type === types.worker)
      .flatMap(({ inputs, name }) => {
        const { capacityProviderStrategies, deploymentCircuitBreaker, desiredCount, networkConfiguration } =
          inputs;
        const given = {
          capacityProviderStrategies,
          deploymentCircuitBreaker,
          desiredCount,
          // Its subnets have no gateway of their own to AWS's endpoints unless a team gives them one.
          assignPublicIp: networkConfiguration?.assignPublicIp,
        };
        const wanted = {
          capacityProviderStrategies: [
            { base: 1, capacityProvider: "FARGATE", weight: 0 },
            { capacityProvider: "FARGATE_SPOT", weight: 1 },
          ],
          deploymentCircuitBreaker: { enable: true, rollback: true },
          desiredCount: 2,
          assignPublicIp: true,
        };
        return text(given) === text(wanted) ? [] : [`${name}: ${text(given)}, not ${text(wanted)}`];
      }),
    ...tasksOf(graph).flatMap((task) => {
      const { cpu, memory } = task.inputs;
      const { healthCheck, stopTimeout } = containerOf(task);
      // ECS kills after stopTimeout; the worker itself stops within 25 seconds.
      const holds =
        cpu === "1024" && memory === "2048" && stopTimeout === 30 && healthCheck?.startPeriod === 30;
      return holds ? [] : [`${task.name}: ${text({ cpu, memory, stopTimeout, healthCheck })}`];
    }),
  ]),
  promise("the worker writes no file, and no secret stands in its definition", (graph) =>
    tasksOf(graph).flatMap((task) => {
      const { environment = [], readonlyRootFilesystem } = containerOf(task);
      const secrets = services.flatMap(({ secrets }) => secrets);
      const open = environment.filter(({ name }) => secrets.some((secret) => name.endsWith(`__${secret}`)));
      return [
        ...(readonlyRootFilesystem ? [] : [`${task.name}: may write its file system`]),
        ...open.map(({ name }) => `${task.name}: ${name} stands in the definition`),
      ];
    }),
  ),
];
