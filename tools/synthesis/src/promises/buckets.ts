// Buckets: uploads are kept, encrypted and closed, and are told to the reactions of their service alone.
import type { ServiceManifest } from "@order-saga/messaging";
import { services } from "@order-saga/services";
import { find, type Graph, parse, type Resource } from "../graph.ts";
import { account } from "../mocks.ts";
import { statementsOf } from "../policy.ts";
import { types } from "../types.ts";
import { type DeploymentPromise, promise, unless } from "./promise.ts";
import { hearsReturnedMail } from "./returned-mail.ts";

const buckets = services.flatMap((service) => (service.bucket ? [{ service, ...service.bucket }] : []));

/** The bucket of a service; its name ends with the account, because the whole world shares names. */
export function bucketOf(graph: Graph, { bucket }: ServiceManifest): Resource | undefined {
  const called = bucket && `${graph.app}-${graph.stage}-${bucket.name}-${account}`;
  return find(graph, types.bucket, ({ inputs }) => called !== undefined && inputs.bucket === called);
}

type Inputs = Resource["inputs"];

/** A setting of a bucket is a resource of its own; S3 keeps one of each kind. */
function settingOf(graph: Graph, { inputs: { bucket } }: Resource, kind: string): Inputs | undefined {
  const found = graph.resources.filter(
    ({ inputs, type }) => type.startsWith(`aws:s3/bucket${kind}:`) && inputs.bucket === bucket,
  );
  return found.length === 1 ? found[0]?.inputs : undefined;
}

function each(
  says: string,
  holds: (given: { graph: Graph; bucket: Resource; service: ServiceManifest }) => unknown,
  wrong: string,
) {
  return promise(says, (graph) =>
    buckets.flatMap(({ name, service }) => {
      const bucket = bucketOf(graph, service);
      if (!bucket) return [`${name}: no such bucket`];
      return holds({ graph, bucket, service }) ? [] : [`${bucket.name}: ${wrong}`];
    }),
  );
}

export const bucketPromises: readonly DeploymentPromise[] = [
  promise("there is a bucket for each that a manifest names, and no other", (graph) => {
    const wanted = buckets.map(({ service }) => bucketOf(graph, service));
    return unless(
      graph.resources.filter(({ type }) => type === types.bucket),
      (bucket) => wanted.includes(bucket),
      () => "is no manifest's",
    );
  }),
  each(
    "a bucket keeps every version, so that a reaction reads the bytes it was told of",
    ({ graph, bucket }) =>
      settingOf(graph, bucket, "Versioning")?.versioningConfiguration?.status === "Enabled",
    "an upload under the same key replaces the file that is being read",
  ),
  each(
    "a bucket is encrypted with the stage's key",
    ({ graph, bucket }) => {
      const rules = settingOf(graph, bucket, "ServerSideEncryptionConfiguration")?.rules ?? [];
      const [rule] = rules;
      const { kmsMasterKeyId, sseAlgorithm } = rule?.applyServerSideEncryptionByDefault ?? {};
      const key = find(graph, types.key, () => true)?.arn;
      return rules.length === 1 && sseAlgorithm === "aws:kms" && kmsMasterKeyId === key;
    },
    "encrypted with S3's own key at most",
  ),
  each(
    "a bucket is closed to the public, and has no access-control lists",
    ({ graph, bucket }) => {
      const block = settingOf(graph, bucket, "PublicAccessBlock") ?? {};
      const { blockPublicAcls, blockPublicPolicy, ignorePublicAcls, restrictPublicBuckets } = block;
      const owner = settingOf(graph, bucket, "OwnershipControls")?.rule?.objectOwnership;
      return (
        [blockPublicAcls, blockPublicPolicy, ignorePublicAcls, restrictPublicBuckets].every(
          (each) => each === true,
        ) && owner === "BucketOwnerEnforced"
      );
    },
    "may be opened to the public",
  ),
  each(
    "a bucket's policy allows nothing, and refuses everything without TLS",
    ({ graph, bucket }) => {
      const statements = statementsOf(settingOf(graph, bucket, "Policy")?.policy ?? '{"Statement":[]}');
      return (
        statements.every(({ effect }) => effect === "Deny") &&
        statements.some(
          ({ actions, conditions, principals, resources }) =>
            actions.includes("s3:*") &&
            principals.some((each) => each.endsWith("*")) &&
            [bucket.arn, `${bucket.arn}/*`].every((arn) => resources.includes(arn)) &&
            conditions["Bool aws:SecureTransport"]?.includes("false"),
        )
      );
    },
    "allows something, or answers over plain HTTP",
  ),
  each(
    "an upload is deleted after its days, and so is what it replaced and what was never finished",
    ({ graph, bucket, service }) => {
      const rules = (settingOf(graph, bucket, "LifecycleConfiguration")?.rules ?? []) as Inputs[];
      const days = service.bucket?.expiresDays;
      return rules.some(
        ({ abortIncompleteMultipartUpload, expiration, filter, noncurrentVersionExpiration, status }) =>
          status === "Enabled" &&
          Object.keys(filter ?? {}).length === 0 &&
          expiration?.days === days &&
          noncurrentVersionExpiration?.noncurrentDays === days &&
          abortIncompleteMultipartUpload?.daysAfterInitiation !== undefined,
      );
    },
    "keeps customers' files for ever",
  ),
  each(
    "S3 tells a bucket's uploads to EventBridge, and to nothing else",
    ({ graph, bucket }) => {
      const { bucket: _, eventbridge, ...others } = settingOf(graph, bucket, "Notification") ?? {};
      return eventbridge === true && Object.values(others).flat().length === 0;
    },
    "an upload is not told, or is told to others",
  ),
  each(
    "only the storefront's pages may post to a bucket from a browser",
    ({ graph, bucket }) => {
      const cors = settingOf(graph, bucket, "CorsConfiguration");
      const origin = graph.settings.STOREFRONT_ORIGIN;
      if (!origin) return cors === undefined;
      const [rule, ...more] = (cors?.corsRules ?? []) as Inputs[];
      return (
        more.length === 0 &&
        rule?.allowedOrigins?.join() === origin &&
        rule?.allowedMethods?.join() === "POST"
      );
    },
    "open to pages of other origins",
  ),
  promise("a rule of the default bus hears uploads into its own service's bucket only", (graph) =>
    graph.resources
      .filter(
        (each) =>
          each.type === types.rule && each.inputs.eventBusName === "default" && !hearsReturnedMail(each),
      )
      .flatMap((rule) => {
        const service = buckets.find(({ service: { reactions, name } }) =>
          reactions.some((each) => String(rule.inputs.name).endsWith(`-${graph.stage}-${name}-${each.name}`)),
        );
        const pattern = parse<{ detail?: { bucket?: { name?: string[] }; object?: { key?: unknown } } }>(
          rule.inputs.eventPattern,
        );
        const bucket = service && bucketOf(graph, service.service);
        const holds =
          bucket !== undefined &&
          pattern.detail?.bucket?.name?.join() === bucket.inputs.bucket &&
          JSON.stringify(pattern.detail?.object?.key) === JSON.stringify([{ prefix: service?.prefix }]);
        return holds ? [] : [`${rule.name}: hears ${rule.inputs.eventPattern}`];
      }),
  ),
];
