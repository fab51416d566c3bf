// A function's role where there is no AWS: its grants as a policy, judged as IAM judges it.
import { type Authorize, authorizer, type Use } from "@order-saga/iam/authorize";
import type { Denial } from "@order-saga/iam/denied";
import type { Policy } from "@order-saga/iam/policy";
import type { PartitionKeyOf } from "@order-saga/iam/requests";
import { type Grant, grantsOf, statementOf } from "./grants.ts";
import type { FunctionManifest, ServiceManifest } from "./manifest.ts";
import { type PlainNames, plainArns, plainNames } from "./plain-arns.ts";

/** The inline policy of a role with these grants, in AWS's own form. */
export function policyOf(grants: readonly Grant[]): Policy {
  return { Version: "2012-10-17", Statement: grants.map((grant) => statementOf(grant)) };
}

/**
 * What AWS would answer to a call that the function makes with its role; `used` is told what it is allowed.
 */
export function authorizeOf(
  service: ServiceManifest,
  manifest: FunctionManifest,
  names: PlainNames = plainNames(service),
  used?: Use,
): Authorize {
  const { account: accountId, region } = names;
  const role = `${service.name}-${manifest.name}`;
  return authorizer(
    {
      arn: `arn:aws:sts::${accountId}:assumed-role/${role}/${role}`,
      policy: policyOf(grantsOf(service, manifest, plainArns(service, manifest, names))),
    },
    { region, accountId },
    { partitionKeyOf: partitionKeyOf(service), used },
  );
}

const partitionKeyOf =
  ({ table: { indexes } }: ServiceManifest): PartitionKeyOf =>
  (_table, index) =>
    index === undefined ? "pk" : indexes[index]?.partitionKey;

/** A refusal as the SDK throws it. */
export class AccessDenied extends Error {
  override readonly name: Denial["name"];
  readonly $metadata: { readonly httpStatusCode: number };
  constructor({ httpStatusCode, message, name }: Denial) {
    super(message);
    this.name = name;
    this.$metadata = { httpStatusCode };
  }
}
