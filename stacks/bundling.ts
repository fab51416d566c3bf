// How a function's code is bundled: modules that never run in Lambda stay out, for a fast cold start.

/**
 * Modules that the SDK imports at run time for features that no function uses. Without them in the bundle
 * such an import fails with the module's name, in `sst dev` as well: SST links a service's own node_modules
 * alone.
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
    // SST keeps names by a call per function at load; nothing reads them, and the source map has the names.
    keepNames: false,
  },
};
