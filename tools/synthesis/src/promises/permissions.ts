// Permissions: every function may do what its manifest says, and nothing else.
import { sourceOf } from "@order-saga/contracts";
import { tableUseOf } from "@order-saga/messaging/grants";
import { KEYS_TABLE } from "@order-saga/messaging/personal-data/table";
import { services } from "@order-saga/services";
import { all, find, type Graph, physical } from "../graph.ts";
import { policiesOf, type Statement } from "../policy.ts";
import { types } from "../types.ts";
import { bucketOf } from "./buckets.ts";
import { deployed } from "./deployed.ts";
import { type DeploymentPromise, promise, sameSet, unless } from "./promise.ts";
import { tablesOf } from "./tables.ts";

function granted(grants: readonly Statement[], prefix: string): Statement[] {
  return grants.filter(({ actions }) => actions.some((action) => action.startsWith(prefix)));
}

/** The ARN of a resource of the deployment with this name in AWS. */
function arnOf(graph: Graph, type: string, name: string): string | undefined {
  return find(graph, type, ({ inputs }) => inputs.name === physical(graph, name))?.arn;
}

const mayWrite = /:(PutItem|UpdateItem|DeleteItem|BatchWriteItem|ConditionCheckItem|TransactWriteItems)$/;

/** AWS Backup knows no resource of a copy's source, and a condition of its target instead. */
const isCopyToVault = (conditions: Statement["conditions"]) =>
  (conditions["ForAllValues:ArnEquals backup:CopyTargets"] ?? []).length > 0;

/** The objects that a bucket's manifest says are uploaded; their names are the uploaders'. */
const isPrefixOfObjects = (graph: Graph, resource: string) =>
  services.some(
    (service) => service.bucket && resource === `${bucketOf(graph, service)?.arn}/${service.bucket.prefix}*`,
  );

export const permissionPromises: readonly DeploymentPromise[] = [
  promise("no policy allows a wildcard", (graph) =>
    policiesOf(graph).flatMap(({ name, kind, statements }) =>
      statements
        .filter(({ effect }) => effect === "Allow")
        .flatMap(({ actions, conditions, resources, principals }) => [
          ...actions.filter((action) => action.includes("*")).map((action) => `${name}: action ${action}`),
          ...principals.filter((each) => each.includes("*")).map((each) => `${name}: principal ${each}`),
          ...resources
            // In a key policy `*` means the key itself; Lambda names a log group's streams.
            .filter(
              (each) =>
                each.includes("*") &&
                kind !== "key" &&
                !isCopyToVault(conditions) &&
                // Of a registry as a whole; it names no repository.
                actions.join() !== "ecr:GetAuthorizationToken" &&
                !/^arn:[^*]+:log-stream:\*$/.test(each) &&
                !isPrefixOfObjects(graph, each),
            )
            // The sandbox of SES, where developers' stages live, checks the recipient's identity too.
            .filter((each) => graph.stage === "production" || !/^arn:[^*]+:identity\/\*$/.test(each))
            .map((each) => `${name}: resource ${each}`),
        ]),
    ),
  ),
  promise("no role has a managed policy", (graph) =>
    unless(
      all(graph, types.role),
      ({ inputs }) => (inputs.managedPolicyArns ?? []).length === 0,
      ({ inputs }) => String(inputs.managedPolicyArns),
    ),
  ),
  promise("every function has a role of its own, which only Lambda may take", (graph) => {
    const roles = all(graph, types.function).map(({ inputs }) => inputs.role);
    const shared = new Set(roles).size < roles.length ? ["two functions share a role"] : [];
    const trusts = policiesOf(graph).filter(({ kind }) => kind === "trust");
    return [
      ...shared,
      ...trusts
        .filter(({ statements }) => {
          const principals = statements.flatMap((each) => each.principals);
          const isConfined = principals.every((each) => /^Service:(scheduler|backup|ecs-tasks)\./.test(each));
          return isConfined
            ? !statements.every((each) => each.conditions["StringEquals aws:SourceAccount"])
            : principals.join() !== "Service:lambda.amazonaws.com";
        })
        .map(({ name }) => `${name}: trusts more than its service`),
    ];
  }),
  promise("a function publishes only its own service's source and its manifest's event types", (graph) => {
    const [bus] = all(graph, types.bus);
    return unless(
      deployed(graph),
      ({ service, manifest, grants }) => {
        const publishing = granted(grants, "events:");
        if (manifest.says.length === 0) return publishing.length === 0;
        const [only] = publishing;
        return (
          publishing.length === 1 &&
          only?.actions.join() === "events:PutEvents" &&
          only.resources.join() === bus?.arn &&
          only.conditions["StringEquals events:source"]?.join() === sourceOf(service.name) &&
          sameSet(only.conditions["StringEquals events:detail-type"] ?? [], manifest.says)
        );
      },
      ({ grants }) => `may publish ${JSON.stringify(granted(grants, "events:"))}`,
    );
  }),
  promise(
    "a function reads and writes its own service's table and the customers' keys only, as its manifest says",
    (graph) =>
      unless(
        deployed(graph),
        ({ function: { inputs }, manifest, service, grants }) => {
          const keys = tablesOf(graph, KEYS_TABLE).map(({ arn }) => arn);
          const [tables, ofKeys] = divide(granted(grants, "dynamodb:"), ({ resources }) =>
            resources.every((each) => keys.includes(each)),
          );
          if (ofKeys.length > 0 !== (manifest.personalData !== "none")) return false;
          if (manifest.table === "none") return tables.length === 0;
          const [table] = tablesOf(graph, service.name);
          const own = tables.every(({ resources }) =>
            resources.every((each) => each === table?.arn || each.startsWith(`${table?.arn}/index/`)),
          );
          const writes = tables.some(({ actions }) => actions.some((action) => mayWrite.test(action)));
          const { put, update } = tableUseOf(service, manifest);
          return (
            tables.length > 0 &&
            own &&
            writes === Boolean(put || update) &&
            inputs.environment.variables.TABLE_NAME === table?.name
          );
        },
        ({ grants }) => `is granted ${granted(grants, "dynamodb:").flatMap(({ resources }) => resources)}`,
      ),
  ),
  promise("no function may scan or delete", (graph) =>
    deployed(graph).flatMap(({ name, grants }) =>
      grants
        .flatMap(({ actions }) => actions)
        .filter((action) => /Scan|DeleteItem|DeleteTable|PurgeQueue|DeleteQueue/.test(action))
        .map((action) => `${name}: ${action}`),
    ),
  ),
  promise(
    "a function takes messages from its own queue, parks them in its own dead-letter queue, and sends only the tasks of its manifest",
    (graph) =>
      unless(
        deployed(graph),
        ({ name, manifest, service, grants }) => {
          const queues = granted(grants, "sqs:");
          const isReaction = "hears" in manifest;
          const receiving = queues.filter(({ actions }) => actions.includes("sqs:ReceiveMessage"));
          const sending = queues.filter(({ actions }) => actions.includes("sqs:SendMessage"));
          const sendsTo = [
            ...manifest.sends.map((each) => `${service.name}-${each}`),
            ...(isReaction ? [`${name}-dlq`] : []),
          ];
          return (
            queues.length === receiving.length + sending.length &&
            receiving.flatMap(({ resources }) => resources).join() ===
              (isReaction ? arnOf(graph, types.queue, name) : "") &&
            sameSet(
              sending.flatMap(({ resources }) => resources),
              sendsTo.map((each) => String(arnOf(graph, types.queue, each))),
            ) &&
            sending.every(({ actions }) => actions.join() === "sqs:SendMessage")
          );
        },
        ({ grants }) => `is granted ${granted(grants, "sqs:").flatMap(({ resources }) => resources)}`,
      ),
  ),
  promise("only the function that is to send mail may, and only from the shop's address", (graph) =>
    unless(
      deployed(graph),
      ({ manifest, grants }) => {
        const mail = granted(grants, "ses:");
        if (!manifest.mail) return mail.length === 0;
        return (
          mail.length === 1 &&
          mail[0]?.actions.join() === "ses:SendRawEmail" &&
          mail[0]?.conditions["StringEquals ses:FromAddress"]?.length === 1
        );
      },
      () => "may send other mail than it should",
    ),
  ),
  promise("a function writes its own log group and no other", (graph) =>
    unless(
      deployed(graph),
      ({ function: { inputs }, grants }) => {
        const group = find(
          graph,
          types.logGroup,
          (each) => each.inputs.name === inputs.loggingConfig?.logGroup,
        );
        const logs = granted(grants, "logs:").flatMap(({ resources }) => resources);
        return group !== undefined && logs.join() === `${group.arn}:log-stream:*`;
      },
      () => "may write elsewhere, or nowhere",
    ),
  ),
  promise(
    "a secret is in the environment of functions that name it, encrypted with the stage's key",
    (graph) => {
      const [key] = all(graph, types.key);
      return unless(
        deployed(graph),
        ({ service, manifest, function: { inputs }, grants }) => {
          const variables = inputs.environment.variables as Record<string, string>;
          const carried = Object.keys(variables).filter((name) =>
            services.some(({ secrets }) => secrets.includes(name)),
          );
          const named = manifest.environment.filter((name) => service.secrets.includes(name));
          if (!sameSet(carried, named)) return false;
          if (named.length === 0) return true;
          const decrypts = granted(grants, "kms:Decrypt").flatMap(({ resources }) => resources);
          return (
            inputs.kmsKeyArn === key?.arn &&
            decrypts.length > 0 &&
            decrypts.every((each) => each === key?.arn)
          );
        },
        () => "carries a secret it should not, or in the clear",
      );
    },
  ),
  promise("a function may be invoked by its own API route or schedule only", (graph) => {
    const api = find(graph, "aws:apigatewayv2/api:Api", () => true);
    const invoked = all(graph, types.permission);
    return [
      ...unless(
        invoked,
        ({ inputs }) =>
          inputs.action === "lambda:InvokeFunction" &&
          inputs.principal === "apigateway.amazonaws.com" &&
          String(inputs.sourceArn).includes(`:${api?.id}/`),
        ({ inputs }) => `${inputs.principal} from ${inputs.sourceArn}`,
      ),
      ...policiesOf(graph)
        .filter(({ statements }) => statements.some(({ principals }) => principals.length === 0))
        .flatMap(({ name, statements }) =>
          granted(statements, "lambda:")
            .flatMap(({ resources }) => resources)
            .filter((each) => !find(graph, types.schedule, ({ inputs }) => inputs.target.arn === each))
            .map((each) => `${name}: may invoke ${each}`),
        ),
    ];
  }),
];

/** Those that are not, and those that are. */
function divide<T>(all: readonly T[], is: (each: T) => boolean): [T[], T[]] {
  return [all.filter((each) => !is(each)), all.filter(is)];
}
