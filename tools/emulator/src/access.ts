// Who may make which call: roles by their access keys, and queues by their policies.
import { type Authorize, authorizer, type Role, requestBy } from "@order-saga/iam/authorize";
import type { Denial } from "@order-saga/iam/denied";
import { decide, type Judge } from "@order-saga/iam/evaluate";
import type { Account, Asked, Call, PartitionKeyOf } from "@order-saga/iam/requests";

export type { Role } from "@order-saga/iam/authorize";
export type { Denial } from "@order-saga/iam/denied";
export type { Asked } from "@order-saga/iam/requests";

/** By access key. A caller without one, or with one that is not here, is the account's administrator. */
export type Roles = ReadonlyMap<string, Role>;

/** Told each request of a role, with how it was answered. */
export type OnJudged = (accessKey: string, asked: Asked | undefined, denial: Denial | undefined) => void;

export type Access = {
  /** Undefined if the caller may make the call. */
  refuse(accessKey: string | undefined, call: Call): Denial | undefined;
};

export type AccessOptions = Account & {
  readonly roles: Roles;
  readonly partitionKeyOf: PartitionKeyOf;
  /** Of the queue with the ARN, if it has one. */
  readonly policyOf: (queueArn: string) => Judge | undefined;
  readonly onJudged?: OnJudged | undefined;
};

/** Throws PolicyError at a role's first call, if its policy cannot be judged. */
export function createAccess({ accountId, onJudged, region, roles, ...options }: AccessOptions): Access {
  const known = new Map<string, { role: Role; authorize: Authorize }>();

  const judging = {
    partitionKeyOf: options.partitionKeyOf,
    resourcePolicy: (arn: string) => (arn.startsWith("arn:aws:sqs:") ? options.policyOf(arn) : undefined),
  };

  /** Compiled once for each role; another role of the same access key takes its place. */
  function authorizerOf(accessKey: string, role: Role): Authorize {
    const found = known.get(accessKey);
    if (found?.role === role) return found.authorize;
    const used = onJudged && ((asked: Asked) => onJudged(accessKey, asked, undefined));
    const authorize = authorizer(role, { region, accountId }, { ...judging, used });
    known.set(accessKey, { role, authorize });
    return authorize;
  }

  return {
    refuse(accessKey, call) {
      const role = accessKey === undefined ? undefined : roles.get(accessKey);
      if (accessKey === undefined || role === undefined) return undefined;
      const denial = authorizerOf(accessKey, role)(call);
      if (denial) onJudged?.(accessKey, undefined, denial);
      return denial;
    },
  };
}

/**
 * The access key of a signed request (Signature Version 4); undefined for a request that is not signed so.
 */
export function accessKeyIn(authorization: string | undefined): string | undefined {
  return /\bCredential=([^/,\s]+)\//.exec(authorization ?? "")?.[1];
}

const EVENTBRIDGE = "events.amazonaws.com";
const requestOfEventBridge = requestBy(EVENTBRIDGE);

/**
 * EventBridge may send to a queue only if the queue's policy lets the rule; throws an error of SQS's name.
 */
export function assertMaySend(
  { accountId, queueArn, ruleArn }: { accountId: string; queueArn: string; ruleArn: string },
  policy: Judge | undefined,
): void {
  const context = { "aws:sourcearn": ruleArn, "aws:sourceaccount": accountId };
  const asked = { action: "sqs:SendMessage", resource: queueArn, context };
  const decision = decide(requestOfEventBridge(asked), undefined, policy);
  if (decision === "allowed") return;
  const why =
    decision === "denied"
      ? "because no resource-based policy allows the sqs:sendmessage action"
      : "with an explicit deny in a resource-based policy";
  const message = `User: ${EVENTBRIDGE} is not authorized to perform: sqs:sendmessage on resource: ${queueArn} ${why}`;
  throw Object.assign(new Error(message), { name: "AccessDenied" });
}
