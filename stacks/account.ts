// Where the stage is deployed: account, region and partition, for policies that must name them.

export function createAccount() {
  const id = aws.getCallerIdentityOutput({}).accountId;
  const region = aws.getRegionOutput({}).region;
  const partition = aws.getPartitionOutput({}).partition;
  return {
    id,
    /** An ARN of this account and region. */
    arn: (service: string, resource: string) =>
      $interpolate`arn:${partition}:${service}:${region}:${id}:${resource}`,
    root: $interpolate`arn:${partition}:iam::${id}:root`,
  };
}

export type Account = ReturnType<typeof createAccount>;
