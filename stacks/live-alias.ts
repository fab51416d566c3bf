// The alias `live` of a function: what everything calls, so that a version can be shifted in and taken back.
import type { Settings } from "./settings.ts";

export function createLiveAlias(
  name: string,
  { nodes }: sst.aws.Function,
  rollout: NonNullable<Settings["rollout"]>,
): aws.lambda.Alias {
  return new aws.lambda.Alias(
    `${name}Live`,
    {
      name: "live",
      functionName: nodes.function.name,
      functionVersion: nodes.function.version,
    },
    // `pnpm rollout` moves these after the deployment, which then must not move them back.
    { ignoreChanges: rollout === "gradual" ? ["functionVersion", "routingConfig", "description"] : [] },
  );
}
