// Who may take a role: one service of AWS, and for this account only where the service can be told.
import type { Account } from "./account.ts";

/** Without an account the trust has no condition: Lambda's functions are always of the role's account. */
export function mayAssume(service: string, account?: Account): $util.Output<string> {
  return $jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sts:AssumeRole",
        ...(account && { Condition: { StringEquals: { "aws:SourceAccount": account.id } } }),
      },
    ],
  });
}
