// Whether a caller may make a call: all that it asks for must be allowed.
import { type Denial, denialOf } from "./denied.ts";
import { decide, type Judge, judgeOf, type Request } from "./evaluate.ts";
import type { Policy } from "./policy.ts";
import { type Account, type Asked, type Call, type PartitionKeyOf, requestsOf } from "./requests.ts";

/** A role whose credentials a caller has. */
export type Role = {
  /** Of the session, as refusals name it. */
  readonly arn: string;
  readonly policy: Policy;
};

/** Told each request that was allowed. */
export type Use = (asked: Asked) => void;

export type Authorize = (call: Call) => Denial | undefined;

/** What the role may do among the resources of the account. Throws PolicyError. */
export function authorizer(
  { arn, policy }: Role,
  account: Account,
  options: {
    readonly partitionKeyOf: PartitionKeyOf;
    /** The policy of the resource with the ARN, if it has one. */
    readonly resourcePolicy?: (arn: string) => Judge | undefined;
    readonly used?: Use | undefined;
  },
): Authorize {
  const role = judgeOf(policy);
  const requestOf = requestBy(arn);
  const { partitionKeyOf, resourcePolicy = () => undefined, used } = options;
  return (call) => {
    for (const asked of requestsOf(call, account, partitionKeyOf)) {
      const request = requestOf(asked);
      const decision = decide(request, role, resourcePolicy(asked.resource));
      if (decision !== "allowed") return denialOf(call.service, asked, arn, decision);
      used?.(asked);
    }
    return undefined;
  };
}

/** With the keys that AWS adds to each request; TLS is taken for granted, as with AWS's own endpoints. */
export function requestBy(principal: string): (asked: Asked) => Request {
  const [, account, role] = /^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(principal) ?? [];
  const arn = role === undefined ? principal : `arn:aws:iam::${account}:role/${role}`;
  const added = { "aws:principalarn": arn, "aws:securetransport": "true" };
  return (asked) => ({ ...asked, principal, context: { ...asked.context, ...added } });
}
