// Every switch of the deployment: how it must stand and why. Numbers are in numbers.ts.
import type { Graph, Resource } from "../graph.ts";
import { types } from "../types.ts";
import { type DeploymentPromise, promise } from "./promise.ts";

export type Switch = {
  /** The type's middle and the path within its inputs, such as "sqs/queue fifoQueue". */
  field: string;
  /** Undefined where a setting may turn it. */
  is: boolean | undefined;
  /** In a developer's stage, if it is another there. */
  elsewhere?: boolean | undefined;
  because: string;
};

export const switches: readonly Switch[] = [
  { field: "sqs/queue fifoQueue", is: false, because: "order and doubles are the code's to bear" },
  { field: "sqs/queue contentBasedDeduplication", is: false, because: "standard queues have none" },
  { field: "sqs/queue sqsManagedSseEnabled", is: true, because: "messages name customers' orders" },
  { field: "lambda/eventSourceMapping enabled", is: undefined, because: "PAUSED stops a reaction" },
  {
    field: "lambda/function publish",
    is: true,
    elsewhere: false,
    because: "a rollout shifts traffic between versions, in production",
  },
  { field: "apigatewayv2/stage autoDeploy", is: true, because: "a route that is made is served" },
  {
    field: "apigatewayv2/stage defaultRouteSettings.detailedMetricsEnabled",
    is: false,
    because: "metrics of routes cost as much as all alarms, and none of these reads them",
  },
  { field: "dynamodb/table streamEnabled", is: false, because: "no service reads another's table" },
  {
    field: "dynamodb/table pointInTimeRecovery.enabled",
    is: undefined,
    because: "a service's table is restored to any second, the customers' keys never (data.ts)",
  },
  {
    field: "dynamodb/table serverSideEncryption.enabled",
    is: true,
    because: "by the account's key, whose use is on record",
  },
  {
    field: "dynamodb/table deletionProtectionEnabled",
    is: true,
    elsewhere: false,
    because: "production's tables are not deleted by mistake, others go with their stage",
  },
  {
    field: "cloudwatch/metricAlarm metricQueries.returnData",
    is: undefined,
    because: "of an alarm's queries, one is judged",
  },
  {
    field: "s3/bucket forceDestroy",
    is: false,
    elsewhere: true,
    because: "production's files are not deleted with its stage",
  },
  ...["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].map((what) => ({
    field: `s3/bucketPublicAccessBlock ${what}`,
    is: true,
    because: "a supplier's file is not the public's",
  })),
  {
    field: "s3/bucketServerSideEncryptionConfiguration rules.bucketKeyEnabled",
    is: true,
    because: "KMS is asked once for many objects, and grants name the bucket",
  },
  { field: "s3/bucketNotification eventbridge", is: true, because: "uploads are told to the reactions" },
  { field: "kms/key enableKeyRotation", is: true, because: "a key that leaks opens a year and no more" },
  {
    field: "sesv2/configurationSet reputationOptions.reputationMetricsEnabled",
    is: true,
    because: "alarms read bounces and complaints",
  },
  {
    field: "sesv2/configurationSet sendingOptions.sendingEnabled",
    is: true,
    because: "the shop writes mail",
  },
  {
    field: "sesv2/configurationSetEventDestination eventDestination.enabled",
    is: true,
    because: "alarms read bounces and complaints",
  },
  {
    field: "cognito/userPool adminCreateUserConfig.allowAdminCreateUserOnly",
    is: true,
    because: "a stranger cannot sign up in a developer's stage",
  },
  ...["Lowercase", "Numbers", "Symbols", "Uppercase"].map((what) => ({
    field: `cognito/userPool passwordPolicy.require${what}`,
    is: false,
    because: "a password is 32 characters made at random",
  })),
  {
    field: "cognito/userPoolClient generateSecret",
    is: false,
    because: "a developer's shell keeps no secret",
  },
];

type Found = { field: string; is: boolean };

/** Every switch of a resource. A dashboard's and code's do nothing; consumers.ts has the worker's. */
export function switchesIn({ inputs, type }: Resource): Found[] {
  if (type === types.dashboard || type.includes("s3/bucketObject") || type.startsWith("aws:ecs/")) return [];
  const short = type.replace(/^aws:/, "").replace(/:\w+$/, "");
  return found(inputs, "").map(({ field, is }) => ({ field: `${short} ${field}`, is }));
}

function found(value: unknown, path: string): Found[] {
  if (typeof value === "boolean") return [{ field: path, is: value }];
  if (Array.isArray(value)) return value.flatMap((each) => found(each, path));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => found(each, path ? `${path}.${key}` : key));
}

export const switchPromises: readonly DeploymentPromise[] = [
  promise("every switch of the deployment stands as it must, for a reason", (graph: Graph) =>
    graph.resources.flatMap((resource) =>
      switchesIn(resource).flatMap(({ field, is }) => {
        const known = switches.find((each) => each.field === field);
        if (!known) return [`${resource.name}: ${field} is ${is}; say why in promises/switches.ts`];
        const must = graph.stage === "production" || !("elsewhere" in known) ? known.is : known.elsewhere;
        const isRight = must === undefined || must === is;
        return isRight ? [] : [`${resource.name}: ${field} is ${is}, but ${known.because}`];
      }),
    ),
  ),
];
