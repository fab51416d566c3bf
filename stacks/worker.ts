// Reactions in a container that runs all the time, where a manifest or a setting says so (docs/worker.md).
import { type Grant, grantsOf, statementOf } from "@order-saga/messaging/grants";
import { workerEnvironmentOf, workerVariable } from "@order-saga/messaging/topology";
import { environmentSourceIn, grantSourceIn } from "./function.ts";
import { physicalName } from "./naming.ts";
import type { Stage } from "./stage.ts";
import type { Subscription } from "./subscription.ts";
import { mayAssume } from "./trust.ts";

type Input = $util.Input<string>;

export function createWorker(stage: Stage, subscriptions: readonly Subscription[]): void {
  const { pausedReactions, production, worker } = stage.settings;
  const isRun = (name: string) => worker.reactions.includes(name) && !pausedReactions.includes(name);
  const reactions = subscriptions.filter(({ resources }) => isRun(resources.queue.name));
  if (reactions.length === 0) return;
  const logGroup = new aws.cloudwatch.LogGroup("WorkerLogs", {
    name: `/aws/ecs/${physicalName("worker")}`,
    retentionInDays: production ? 90 : 7,
  });
  const secrets = createSecretParameters(stage, reactions);
  const cluster = new aws.ecs.Cluster("WorkerCluster", { name: physicalName("worker") });
  const task = new aws.ecs.TaskDefinition("WorkerTask", {
    family: physicalName("worker"),
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
    cpu: "1024",
    memory: "2048",
    executionRoleArn: createExecutionRole(stage, logGroup.arn, secrets).arn,
    taskRoleArn: createTaskRole(stage, reactions).arn,
    containerDefinitions: $jsonStringify([
      {
        name: "worker",
        image: worker.image,
        command: reactions.map(({ manifest }) => manifest.name),
        environment: variablesOf(stage, reactions, secrets),
        secrets: secrets.map(({ name, arn }) => ({ name, valueFrom: arn })),
        essential: true,
        readonlyRootFilesystem: true,
        // ECS asks no HEALTHCHECK of an image; this one is the Dockerfile's.
        healthCheck: { command: ["CMD", "/nodejs/bin/node", "-e", asksHealth], startPeriod: 30 },
        // Longer than the worker's own 25 seconds after SIGTERM.
        stopTimeout: 30,
        logConfiguration: {
          logDriver: "awslogs",
          options: {
            "awslogs-group": logGroup.name,
            "awslogs-region": aws.getRegionOutput({}).region,
            "awslogs-stream-prefix": "worker",
          },
        },
      },
    ]),
  });
  new aws.ecs.Service("WorkerService", {
    name: physicalName("worker"),
    cluster: cluster.arn,
    taskDefinition: task.arn,
    // One is left when AWS takes the other, which runs at the price of spare capacity, back.
    desiredCount: 2,
    capacityProviderStrategies: [
      { capacityProvider: "FARGATE", base: 1, weight: 0 },
      { capacityProvider: "FARGATE_SPOT", weight: 1 },
    ],
    networkConfiguration: { subnets: [...worker.subnets], assignPublicIp: true },
    deploymentCircuitBreaker: { enable: true, rollback: true },
  });
}

const asksHealth =
  "fetch('http://127.0.0.1:8080').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))";

/** Each reaction reads its variables under its own name; what is secret is not among these. */
function variablesOf(stage: Stage, reactions: readonly Subscription[], secrets: readonly SecretParameter[]) {
  const { logSample } = stage.settings;
  const variables = reactions.flatMap(({ manifest, service }) =>
    Object.entries(workerEnvironmentOf(service, manifest, environmentSourceIn(stage, service))),
  );
  return [
    ...(logSample < 1 ? [{ name: "LOG_SAMPLE", value: String(logSample) }] : []),
    ...variables
      .map(([name, value]) => ({ name, value }))
      .filter((variable) => !secrets.some(({ name }) => name === variable.name)),
  ];
}

type SecretParameter = { readonly name: string; readonly arn: $util.Output<string> };

/** A task definition can be read by whoever may list tasks, so a secret is an encrypted parameter. */
function createSecretParameters(stage: Stage, reactions: readonly Subscription[]): SecretParameter[] {
  const named = reactions.flatMap(({ manifest, service }) =>
    manifest.environment
      .filter((variable) => service.secrets.includes(variable))
      .map((variable) => ({ name: workerVariable(manifest.name, variable), variable })),
  );
  const variables = [...new Set(named.map(({ variable }) => variable))];
  const parameters = new Map(
    variables.map((variable) => [
      variable,
      new aws.ssm.Parameter(`Worker${variable}`, {
        name: `/${physicalName("worker")}/${variable}`,
        type: "SecureString",
        keyId: stage.key.arn,
        value: stage.secrets.get(variable)?.value ?? "",
      }),
    ]),
  );
  return named.flatMap(({ name, variable }) => {
    const arn = parameters.get(variable)?.arn;
    return arn ? [{ name, arn }] : [];
  });
}

/** What ECS does before the container runs: fetch the image and the secrets, and open the log. */
function createExecutionRole(stage: Stage, logGroupArn: Input, secrets: readonly SecretParameter[]) {
  const [, registry = "", region = "", repository = ""] =
    /^(\d+)\.dkr\.ecr\.([\w-]+)\.amazonaws\.com\/([^:@]+)/.exec(stage.settings.worker.image) ?? [];
  const pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
  return createRole(stage, "WorkerExecutionRole", [
    // This one names no repository.
    allow(["ecr:GetAuthorizationToken"], ["*"]),
    allow(pull, [`arn:aws:ecr:${region}:${registry}:repository/${repository}`]),
    allow(["logs:CreateLogStream", "logs:PutLogEvents"], [$interpolate`${logGroupArn}:log-stream:*`]),
    ...secrets.flatMap(({ arn }) => [
      allow(["ssm:GetParameters"], [arn]),
      allow(
        ["kms:Decrypt"],
        [stage.key.arn],
        [{ operator: "StringEquals", key: "kms:EncryptionContext:PARAMETER_ARN", values: [arn] }],
      ),
    ]),
  ]);
}

/** The grants of its reactions, the right to keep their messages hidden, and no more. */
function createTaskRole(stage: Stage, reactions: readonly Subscription[]) {
  const grants = reactions.flatMap(({ manifest, service }) =>
    grantsOf<Input>(
      service,
      manifest,
      grantSourceIn(stage, service, { functionArns: () => [], logStreams: () => "" }),
    ).filter(({ conditions, on }) => on !== "log-group" && !isOfVariables(conditions)),
  );
  return createRole(stage, "WorkerTaskRole", [
    ...grants.map((grant) => statementOf(grant)),
    allow(
      ["sqs:ChangeMessageVisibility"],
      reactions.map(({ queue }) => queue.arn),
    ),
  ]);
}

/** A function decrypts its own variables; ECS does it for a container. */
const isOfVariables = (conditions: Grant<Input>["conditions"]) =>
  conditions.some(({ key }) => key === "kms:EncryptionContext:aws:lambda:FunctionArn");

const allow = (
  actions: readonly string[],
  resources: readonly Input[],
  conditions: Grant<Input>["conditions"] = [],
) => statementOf({ actions, resources, conditions });

function createRole({ account }: Stage, name: string, statements: readonly object[]): aws.iam.Role {
  return new aws.iam.Role(name, {
    assumeRolePolicy: mayAssume("ecs-tasks.amazonaws.com", account),
    inlinePolicies: [
      { name: "worker", policy: $jsonStringify({ Version: "2012-10-17", Statement: statements }) },
    ],
  });
}
