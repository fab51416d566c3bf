// Order: what a resource needs is made before it, so that a deployment loses no event on its way.
import { all, find, functionOf, type Graph, parse, type Resource } from "../graph.ts";
import { types } from "../types.ts";
import { deployed } from "./deployed.ts";
import { type DeploymentPromise, promise } from "./promise.ts";

const keyOf = ({ name, type }: Resource) => `${type} ${name}`;

/** `type name` of everything that Pulumi makes before a resource, whatever is in between. */
function madeBefore(graph: Graph, resource: Resource): Set<string> {
  const byKey = new Map(graph.resources.map((each) => [keyOf(each), each]));
  const found = new Set<string>();
  const visit = (each: Resource | undefined) => {
    for (const key of each?.options.dependsOn ?? []) {
      if (found.has(key)) continue;
      found.add(key);
      visit(byKey.get(key));
    }
  };
  visit(resource);
  return found;
}

/** A complaint for each of `needed` that may be made after `resource`, or that there is not. */
function unordered(graph: Graph, resource: Resource, needed: readonly (Resource | undefined)[]): string[] {
  const before = madeBefore(graph, resource);
  return needed
    .filter((each) => each === undefined || !before.has(keyOf(each)))
    .map((each) => `${resource.name}: may be made before ${each?.name ?? "what it needs, which is missing"}`);
}

/** The policy of the queue with this ARN. */
function policyOf(graph: Graph, queueArn: string): Resource | undefined {
  const name = queueArn.split(":").at(-1);
  return find(graph, types.queuePolicy, ({ inputs }) => String(inputs.queueUrl).endsWith(`/${name}`));
}

function targetsHearing(graph: Graph, said: readonly string[]): Resource[] {
  const rules = all(graph, types.rule).filter(({ inputs }) =>
    parse<{ "detail-type": string[] }>(inputs.eventPattern)["detail-type"].some((type) =>
      said.includes(type),
    ),
  );
  return all(graph, types.target).filter(({ inputs }) =>
    rules.some((rule) => rule.inputs.name === inputs.rule),
  );
}

const publishers = (graph: Graph) => deployed(graph).filter(({ manifest }) => manifest.says.length > 0);

export const orderPromises: readonly DeploymentPromise[] = [
  promise("a rule's target is made after the policies of the queue and of its dead-letter queue", (graph) =>
    all(graph, types.target).flatMap((target) =>
      unordered(graph, target, [
        policyOf(graph, target.inputs.arn),
        ...[target.inputs.deadLetterConfig?.arn].filter(Boolean).map((arn) => policyOf(graph, arn)),
      ]),
    ),
  ),
  promise("code that publishes an event is deployed after the targets of every rule that hears it", (graph) =>
    publishers(graph).flatMap((each) =>
      unordered(graph, each.function, targetsHearing(graph, each.manifest.says)),
    ),
  ),
  promise(
    "code that publishes is deployed after the archive and the policy of the bus's dead letters",
    (graph) => {
      const [bus] = all(graph, types.bus);
      const needed = [...all(graph, types.archive), policyOf(graph, bus?.inputs.deadLetterConfig.arn)];
      return publishers(graph).flatMap((each) => unordered(graph, each.function, needed));
    },
  ),
  promise("a mapping is made after its queue and after the role that may read it", (graph) =>
    all(graph, types.mapping).flatMap((mapping) => {
      const queue = find(graph, types.queue, ({ arn }) => arn === mapping.inputs.eventSourceArn);
      const called = functionOf(graph, mapping.inputs.functionName);
      const role = find(graph, types.role, ({ arn }) => arn === called?.inputs.role);
      return unordered(graph, mapping, [queue, role]);
    }),
  ),
  promise("the API calls a function only after it may", (graph) =>
    all(graph, types.integration).flatMap((integration) => {
      const called = functionOf(graph, integration.inputs.integrationUri);
      const permission = find(
        graph,
        types.permission,
        ({ inputs }) => functionOf(graph, inputs.function) === called,
      );
      return unordered(graph, integration, [permission]);
    }),
  ),
  promise("an alarm is made after the policy that lets it publish", (graph) =>
    graph.resources
      .filter(({ type }) => type === types.alarm)
      .flatMap((alarm) => unordered(graph, alarm, all(graph, types.topicPolicy))),
  ),
];
