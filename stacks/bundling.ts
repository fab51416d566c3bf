// How a function's code is bundled: what never runs in Lambda stays out, so that a cold start does not read it.

/**
 * Modules the SDK imports at run time, and only for what a function never does. Left out of the bundle, the import
 * would fail, with the module's name; in `sst dev`, which has the repository's node_modules, it succeeds.
 */
const neverLoaded = [
  // Lambda puts a role's credentials into the environment; these are tried only when they are not there.
  "@aws-sdk/credential-provider-http",
  "@aws-sdk/credential-provider-ini",
  "@aws-sdk/credential-provider-process",
  "@aws-sdk/credential-provider-sso",
  "@aws-sdk/credential-provider-web-identity",
  "@smithy/credential-provider-imds",
  // Only operations that stream events, such as Kinesis SubscribeToShard, load this.
  "@smithy/core/event-streams",
];

/** SST's `nodejs` options of every function. */
export const bundling = {
  format: "esm" as const,
  minify: true,
  sourcemap: true,
  esbuild: {
    external: neverLoaded,
    // SST keeps names by a call per function at load; nothing reads them, and the source map gives a trace its names.
    keepNames: false,
  },
};
