// Queues: no message is lost without a trace or readable on disk or wire, and only named senders may send.
import { all, find, type Graph, parse, type Resource } from "../graph.ts";
import { account } from "../mocks.ts";
import { type Statement, statementsOf } from "../policy.ts";
import { types } from "../types.ts";
import { type DeploymentPromise, promise, sameSet, unless } from "./promise.ts";

const FOURTEEN_DAYS = 14 * 24 * 3600;

type Redrive = { deadLetterTargetArn: string; maxReceiveCount: number };

function redriveOf(queue: Resource): Redrive | undefined {
  return queue.inputs.redrivePolicy && parse<Redrive>(queue.inputs.redrivePolicy);
}

/** The ARNs of all queues behind a hop: of a queue, of a rule's target, of the bus. */
function deadLetterArns(graph: Graph): Set<string> {
  const of = graph.resources.flatMap((each) => {
    if (each.type === types.queue) return [redriveOf(each)?.deadLetterTargetArn];
    return [each.inputs.deadLetterConfig?.arn, each.inputs.target?.deadLetterConfig?.arn];
  });
  return new Set(of.filter((arn) => arn !== undefined));
}

function isDeadLetterQueue(graph: Graph, queue: Resource): boolean {
  // A queue named as one counts as one, so that a lost reference to it is noticed from the other side.
  return deadLetterArns(graph).has(queue.arn) || /-(dlq|undelivered)$/.test(queue.inputs.name);
}

function workQueues(graph: Graph): Resource[] {
  return all(graph, types.queue).filter((queue) => !isDeadLetterQueue(graph, queue));
}

function policiesOfQueue(graph: Graph, queue: Resource): Statement[][] {
  const url = `https://sqs.eu-west-1.amazonaws.com/${account}/${queue.inputs.name}`;
  return graph.resources
    .filter((each) => each.type === types.queuePolicy && each.inputs.queueUrl === url)
    .map((each) => statementsOf(each.inputs.policy));
}

/** The rules or the bus that may send to a queue: a rule's target or its dead letters, or the bus's own. */
function sendersOf(graph: Graph, queue: Resource): string[] {
  const targets = all(graph, types.target).filter(
    ({ inputs }) => inputs.arn === queue.arn || inputs.deadLetterConfig?.arn === queue.arn,
  );
  const rules = targets.map(({ inputs }) =>
    find(graph, types.rule, (rule) => rule.inputs.name === inputs.rule),
  );
  const bus = find(graph, types.bus, ({ inputs }) => inputs.deadLetterConfig?.arn === queue.arn);
  return [...rules, bus].flatMap((each) => each?.arn ?? []);
}

export const queuePromises: readonly DeploymentPromise[] = [
  promise("every queue has its own dead-letter queue", (graph) => {
    const arns = new Set(all(graph, types.queue).map(({ arn }) => arn));
    const used = workQueues(graph).map((queue) => redriveOf(queue)?.deadLetterTargetArn);
    return [
      ...unless(
        workQueues(graph),
        (queue) => arns.has(redriveOf(queue)?.deadLetterTargetArn ?? ""),
        () => "no dead-letter queue of this deployment",
      ),
      ...(new Set(used).size < used.length ? ["two queues share a dead-letter queue"] : []),
    ];
  }),
  promise("a message is delivered at least five times before it is given up", (graph) =>
    unless(
      workQueues(graph),
      (queue) => (redriveOf(queue)?.maxReceiveCount ?? 0) >= 5,
      (queue) => `maxReceiveCount ${redriveOf(queue)?.maxReceiveCount}`,
    ),
  ),
  promise("a dead-letter queue keeps its messages for fourteen days", (graph) =>
    unless(
      all(graph, types.queue).filter((queue) => isDeadLetterQueue(graph, queue)),
      ({ inputs }) => inputs.messageRetentionSeconds === FOURTEEN_DAYS,
      ({ inputs }) => `${inputs.messageRetentionSeconds} s`,
    ),
  ),
  promise("a dead letter is kept longer than its queue keeps a message", (graph) =>
    // SQS counts retention from when the message was first sent, not from when it was moved.
    unless(
      workQueues(graph),
      ({ inputs }) => inputs.messageRetentionSeconds <= FOURTEEN_DAYS / 2,
      ({ inputs }) => `${inputs.messageRetentionSeconds} s in the queue alone`,
    ),
  ),
  promise("a dead-letter queue takes dead letters of its own queue only", (graph) =>
    unless(
      workQueues(graph),
      (queue) => {
        const name = redriveOf(queue)?.deadLetterTargetArn.split(":").at(-1);
        const allow = find(graph, "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", ({ inputs }) =>
          String(inputs.queueUrl).endsWith(`/${name}`),
        );
        if (!allow) return false;
        const { sourceQueueArns } = parse<{ sourceQueueArns: string[] }>(allow.inputs.redriveAllowPolicy);
        return sourceQueueArns.length === 1 && sourceQueueArns[0] === queue.arn;
      },
      () => "its dead-letter queue takes others'",
    ),
  ),
  promise("every queue is encrypted at rest", (graph) =>
    unless(
      all(graph, types.queue),
      ({ inputs }) => inputs.sqsManagedSseEnabled === true || Boolean(inputs.kmsMasterKeyId),
      () => "not encrypted",
    ),
  ),
  promise("every queue refuses to be used without TLS", (graph) =>
    unless(
      all(graph, types.queue),
      (queue) =>
        policiesOfQueue(graph, queue)
          .flat()
          .some(
            ({ effect, principals, actions, conditions }) =>
              effect === "Deny" &&
              principals.includes("*") &&
              actions.includes("sqs:SendMessage") &&
              actions.includes("sqs:ReceiveMessage") &&
              conditions["Bool aws:SecureTransport"]?.includes("false"),
          ),
      () => "answers over plain HTTP",
    ),
  ),
  promise("a queue accepts messages from its own rules only", (graph) =>
    all(graph, types.queue).flatMap((queue) => {
      const policies = policiesOfQueue(graph, queue);
      if (policies.length !== 1)
        return [`${queue.name}: ${policies.length} policies, of which AWS keeps one`];
      const senders = sendersOf(graph, queue);
      const allowed = policies.flat().filter(({ effect }) => effect === "Allow");
      if (allowed.length !== (senders.length > 0 ? 1 : 0))
        return [`${queue.name}: ${allowed.length} statements that allow`];
      return allowed
        .filter(
          ({ actions, principals, resources, conditions }) =>
            actions.join() !== "sqs:SendMessage" ||
            principals.join() !== "Service:events.amazonaws.com" ||
            resources.join() !== queue.arn ||
            !sameSet(conditions["ArnEquals aws:SourceArn"] ?? [], senders) ||
            conditions["StringEquals aws:SourceAccount"]?.join() !== account,
        )
        .map(() => `${queue.name}: allows others than its own rules`);
    }),
  ),
];
