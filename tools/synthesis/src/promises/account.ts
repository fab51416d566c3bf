// The account: a stage can be made beside others, in its own region, with the key and the mail it asks for.
import { all, type Graph, type Resource } from "../graph.ts";
import { policiesOf, statementsOf } from "../policy.ts";
import { types } from "../types.ts";
import { type DeploymentPromise, promise, unless } from "./promise.ts";

/**
 * What the identity that deploys must be allowed on a bus's key, by the key's policy too (EventBridge's
 * guide, "AWS KMS key permissions for event bus actions"); Lambda adds Encrypt and CreateGrant for an
 * environment.
 */
const toDeploy = [
  "kms:CreateGrant",
  "kms:Decrypt",
  "kms:DescribeKey",
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
];

/** Without these a key could never be changed or removed; KMS refuses the first. */
const toAdminister = ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:EnableKeyRotation"];

function made(graph: Graph, type: string): Resource[] {
  return graph.resources.filter((each) => each.type === type);
}

/** The resources of which an account has one, or few, are there in their owner's stage and in no other. */
function onlyIn(graph: Graph, owner: string | undefined, type: string): string[] {
  const found = made(graph, type).length;
  const wanted = graph.stage === (owner ?? "production") ? 1 : 0;
  return found === wanted ? [] : [`${type}: ${found} in the stage ${graph.stage}, not ${wanted}`];
}

export const accountPromises: readonly DeploymentPromise[] = [
  promise("the account's identities may do with the key what a deployment asks of it", (graph) =>
    unless(
      all(graph, types.key),
      ({ inputs }) => {
        const open = statementsOf(inputs.policy).filter(
          ({ conditions, effect, principals }) =>
            effect === "Allow" &&
            principals.some((each) => /^AWS:arn:aws:iam::\d+:root$/.test(each)) &&
            Object.keys(conditions).length === 0,
        );
        const allowed = open.flatMap(({ actions }) => actions);
        return [...toDeploy, ...toAdminister].every((each) => allowed.includes(each));
      },
      () => "IAM grants nothing that the key's policy does not: the bus could not be made",
    ),
  ),
  promise(
    "the key of production waits 30 days for its deletion, any other 7, as short as KMS allows",
    (graph) =>
      unless(
        all(graph, types.key),
        ({ inputs }) => inputs.deletionWindowInDays === (graph.stage === "production" ? 30 : 7),
        ({ inputs }) => `${inputs.deletionWindowInDays} days`,
      ),
  ),
  promise("the mail identity is made in its owner's stage alone, for an account has it once", (graph) =>
    onlyIn(graph, graph.settings.MAIL_IDENTITY_OWNER, types.mailIdentity),
  ),
  promise("the schema registry is made in its owner's stage alone, for an account has ten", (graph) =>
    onlyIn(graph, graph.settings.SCHEMAS_OWNER, types.registry),
  ),
  promise("no DMARC record is made over the one that a domain has", (graph) =>
    unless(
      made(graph, types.dnsRecord),
      ({ inputs }) => !String(inputs.name).startsWith("_dmarc."),
      ({ inputs }) => String(inputs.name),
    ),
  ),
  promise(
    "production sends mail by its own identity only; elsewhere, in SES's sandbox, the recipient's is checked too",
    (graph) => {
      const sending = policiesOf(graph).flatMap(({ statements }) =>
        statements.filter(({ actions }) => actions.some((action) => action.startsWith("ses:"))),
      );
      const [set] = all(graph, types.configurationSet);
      return sending.flatMap(({ conditions, resources }) => {
        const [from] = conditions["StringEquals ses:FromAddress"] ?? [];
        const identities = resources.filter((each) => each !== set?.arn);
        const right = identities.every((each) => {
          const name = each.split(":identity/")[1] ?? "";
          return graph.stage === "production"
            ? name === from || (name !== "" && from?.endsWith(`@${name}`))
            : name === "*";
        });
        return from && identities.length === 1 && right ? [] : [`may send by ${identities.join()}`];
      });
    },
  ),
  promise("the stage is in the region that its setting names, with all that it names", (graph) => {
    const wanted = graph.settings.REGION ?? "eu-west-1";
    const arns = JSON.stringify(graph.resources).match(/arn:aws:[a-z0-9-]+:[a-z0-9-]+:/g) ?? [];
    const named = new Set([graph.region, ...arns.map((arn) => arn.split(":")[3] ?? "")]);
    // Copies of the tables are placed elsewhere on purpose, by name.
    const elsewhere = new Set(graph.resources.map(({ inputs }) => String(inputs.region ?? wanted)));
    const wrong = [...named].filter((region) => region !== wanted && !elsewhere.has(region));
    return graph.region === wanted && named.has(wanted) ? wrong : [...wrong, `not in ${wanted}`];
  }),
  promise(
    "a stage is its own issuer of tokens only outside production, and only the account signs in",
    (graph) => {
      const pools = made(graph, types.userPool);
      const clients = made(graph, types.userPoolClient);
      const own = graph.stage !== "production" && graph.settings.JWT_ISSUER === undefined;
      return [
        ...(pools.length === (own ? 1 : 0) && clients.length === pools.length ? [] : ["not one issuer"]),
        ...unless(
          pools,
          ({ inputs }) => inputs.adminCreateUserConfig?.allowAdminCreateUserOnly === true,
          () => "anybody may sign up",
        ),
        ...unless(
          clients,
          ({ inputs }) => inputs.explicitAuthFlows?.join() === "ALLOW_ADMIN_USER_PASSWORD_AUTH",
          ({ inputs }) => `lets in by ${inputs.explicitAuthFlows}`,
        ),
      ];
    },
  ),
];
