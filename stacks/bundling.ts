// How a function's code is bundled: modules that never run in Lambda stay out, for a fast cold start.
import type { FunctionManifest } from "@order-saga/messaging";

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
];

/** Only operations that stream events load this; S3's client alone does so when it is made. */
const eventStreams = "@smithy/core/event-streams";

/** SST's `nodejs` options of a function. */
export function bundlingOf({ objects }: FunctionManifest) {
  return {
    format: "esm" as const,
    minify: true,
    sourcemap: true,
    esbuild: {
      external: objects === "none" ? [...neverLoaded, eventStreams] : neverLoaded,
      // SST keeps names by a call per function at load; nothing reads them, and the source map has the names.
      keepNames: false,
    },
  };
}
