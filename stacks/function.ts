// One Lambda function of a manifest, with a role that may do what the manifest says and no more.
import type { FunctionManifest, ServiceManifest } from "@order-saga/messaging";
import { carriesSecret, type GrantSource, grantsOf } from "@order-saga/messaging/grants";
import { KEYS_TABLE } from "@order-saga/messaging/personal-data/table";
import { type EnvironmentSource, environmentOf } from "@order-saga/messaging/topology";
import { bundlingOf } from "./bundling.ts";
import { createLiveAlias } from "./live-alias.ts";
import { logicalName, physicalName } from "./naming.ts";
import type { Stage } from "./stage.ts";
import { mayAssume } from "./trust.ts";

export type DeployedFunction = {
  readonly service: ServiceManifest;
  readonly manifest: FunctionManifest;
  readonly function: sst.aws.Function;
  /** In a stage that keeps versions. */
  readonly alias: aws.lambda.Alias | undefined;
  /** What routes, mappings and schedules call: the alias if there is one, or else the function. */
  readonly arn: $util.Output<string>;
  readonly logGroup: aws.cloudwatch.LogGroup;
};

export function createFunction(
  stage: Stage,
  service: ServiceManifest,
  manifest: FunctionManifest,
): DeployedFunction {
  const name = logicalName(service.name, manifest.name);
  const functionName = physicalName(`${service.name}-${manifest.name}`);
  const logGroup = new aws.cloudwatch.LogGroup(`${name}Logs`, {
    name: `/aws/lambda/${functionName}`,
    retentionInDays: stage.settings.production ? 90 : 7,
  });
  const secret = carriesSecret(service, manifest);
  const environment = environmentOf(service, manifest, environmentSourceIn(stage, service));
  const { logSample } = stage.settings;
  const deployed = new sst.aws.Function(name, {
    name: functionName,
    description: `${service.name}: ${manifest.name}`,
    handler: `packages/${service.name}/src/functions/${manifest.name}.handler`,
    runtime: "nodejs24.x",
    architecture: "arm64",
    timeout: `${manifest.timeoutSeconds} seconds`,
    memory: `${manifest.memoryMegabytes} MB`,
    nodejs: bundlingOf(manifest),
    logging: { format: "json", logGroup: logGroup.name },
    environment: { ...environment, ...(logSample < 1 && { LOG_SAMPLE: String(logSample) }) },
    permissions: permissionsOf(
      service,
      manifest,
      grantSourceIn(stage, service, {
        functionArns: () =>
          ["", ":*"].map((version) => stage.account.arn("lambda", `function:${functionName}${version}`)),
        logStreams: () => $interpolate`${logGroup.arn}:log-stream:*`,
      }),
    ),
    versioning: stage.settings.rollout !== undefined,
    transform: {
      // SST attaches AWSLambdaBasicExecutionRole, which may write to every log group of the account.
      // Its trust names the whole account beside Lambda, which only `sst dev` needs.
      role: { managedPolicyArns: [], ...(!$dev && { assumeRolePolicy: mayAssume("lambda.amazonaws.com") }) },
      function: (args, options) => {
        args.loggingConfig = { logFormat: "JSON", logGroup: logGroup.name, ...logLevels };
        if (secret) args.kmsKeyArn = stage.key.arn;
        // New code publishes new events only when their rules and targets are there.
        if (manifest.says.length > 0) options.dependsOn = stage.hearersOf(manifest.says);
        return undefined;
      },
    },
  });
  const { rollout } = stage.settings;
  const alias = rollout && createLiveAlias(name, deployed, rollout);
  return { service, manifest, function: deployed, alias, arn: alias?.arn ?? deployed.arn, logGroup };
}

/**
 * Of Lambda's own lines only those of failures: the two it writes of every other invocation would be most
 * of an order's log, and duration, errors and throttles are metrics anyway (docs/runbooks/README.md has them
 * back for a while). None of our own lines is dropped: packages/messaging/src/log.ts has decided already.
 */
const logLevels = { systemLogLevel: "WARN", applicationLogLevel: "DEBUG" };

/** The manifest's grants in SST's words, nothing added and nothing left out. */
function permissionsOf(
  service: ServiceManifest,
  manifest: FunctionManifest,
  source: GrantSource<$util.Input<string>>,
) {
  return grantsOf(service, manifest, source).map(({ actions, conditions, resources }) => ({
    actions: [...actions],
    resources: [...resources],
    conditions: conditions.map(({ key, operator, values }) => ({
      test: operator,
      variable: key,
      values: [...values],
    })),
  }));
}

/** What a service's code reads of its environment, in this stage. */
export function environmentSourceIn(
  stage: Stage,
  service: ServiceManifest,
): EnvironmentSource<$util.Input<string>> {
  return {
    value: (variable) => variableOf(stage, service, variable),
    tableName: (name) => (name === KEYS_TABLE ? stage.keys : tableOf(stage, service)).name,
    busName: stage.bus.name,
    bucketName: () => bucketOf(stage, service).name,
    queueUrl: (queue) => queueOf(stage, queue).url,
  };
}

/** The ARNs of this stage that grants are for; `own` are those of what runs the code. */
export function grantSourceIn(
  stage: Stage,
  service: ServiceManifest,
  own: Pick<GrantSource<$util.Input<string>>, "functionArns" | "logStreams">,
): GrantSource<$util.Input<string>> {
  const table = () => tableOf(stage, service).arn;
  return {
    ...own,
    queue: (asked) => queueOf(stage, asked).arn,
    table,
    keysTable: () => stage.keys.arn,
    index: (name: string) => $interpolate`${table()}/index/${name}`,
    bus: () => stage.bus.arn,
    bucket: () => bucketOf(stage, service).arn,
    objects: (pattern: string) => $interpolate`${bucketOf(stage, service).arn}/${pattern}`,
    key: () => stage.key.arn,
    mail: () => stage.mail.resources,
    mailAddress: () => stage.mail.address,
  };
}

const tableOf = (stage: Stage, { name }: ServiceManifest) =>
  stage.tables.get(name)?.table ?? missing(`a table of ${name}`);

const queueOf = (stage: Stage, name: string) => stage.queues.get(name) ?? missing(`a queue ${name}`);

const bucketOf = (stage: Stage, { name }: ServiceManifest) =>
  stage.buckets.get(name) ?? missing(`a bucket of ${name}`);

function variableOf(stage: Stage, service: ServiceManifest, variable: string): $util.Input<string> {
  const secret = stage.secrets.get(variable);
  if (secret) return secret.value;
  if (variable === "MAIL_FROM") return stage.settings.mailFrom;
  if (variable === "CONFIGURATION_SET") return stage.mail.configurationSet;
  return stage.settings.given(variable) ?? service.settings[variable] ?? missing(`a value of ${variable}`);
}

function missing(what: string): never {
  throw new Error(`The stage has not ${what}, which a manifest asks for.`);
}
