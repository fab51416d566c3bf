// Whose account of AWS the credentials are for; asked, and said, before anything is made in it.
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { naming } from "../aws-refusal.ts";

/** Resolves with the account's twelve digits. Rejects with AwsRefusal if the credentials are not good. */
export async function accountOf(region: string): Promise<string> {
  const { Account = "" } = await naming(
    {
      operation: "GetCallerIdentity",
      action: "sts:GetCallerIdentity",
      resource: "the credentials in use",
    },
    () => new STSClient({ region, maxAttempts: 3 }).send(new GetCallerIdentityCommand({})),
  );
  return Account;
}
