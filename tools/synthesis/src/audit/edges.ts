// Pulumi makes what nothing orders at once: what must be there first has to be waited for.
import type { Graph, Resource } from "../graph.ts";

type Ordered = Resource & { options: { dependsOn?: readonly string[] } };

const keyOf = ({ name, type }: Resource) => `${type} ${name}`;

/** Everything that is made before this resource, directly or by way of others. */
function before(resource: Resource, byKey: ReadonlyMap<string, Resource>): Set<string> {
  const found = new Set<string>();
  const rest: Ordered[] = [resource];
  for (let each = rest.pop(); each; each = rest.pop())
    for (const key of each.options.dependsOn ?? []) {
      if (found.has(key)) continue;
      found.add(key);
      const next = byKey.get(key);
      if (next) rest.push(next);
    }
  return found;
}

/** A rule's target that may be there before its queues let it send; a mapping before its role's policies. */
export function hasty({ resources }: Graph): string[] {
  const byKey = new Map(resources.map((each) => [keyOf(each), each]));
  const queueOf = (arn: unknown) =>
    resources.find((each) => each.type === "aws:sqs/queue:Queue" && each.arn === arn);
  const policiesOf = (arn: unknown) =>
    resources.filter(({ inputs, type }) => {
      const name = queueOf(arn)?.inputs.name;
      return (
        type === "aws:sqs/queuePolicy:QueuePolicy" && name && String(inputs.queueUrl).endsWith(`/${name}`)
      );
    });
  return resources.flatMap((each) => {
    if (each.type !== "aws:cloudwatch/eventTarget:EventTarget") return [];
    const earlier = before(each, byKey);
    return [each.inputs.arn, each.inputs.deadLetterConfig?.arn]
      .flatMap(policiesOf)
      .filter((policy) => !earlier.has(keyOf(policy)))
      .map((policy) => `${each.name} may be there before ${policy.name}`);
  });
}
