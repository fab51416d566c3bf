// The secrets the manifests name, as SST keeps them: `sst secret set StripeApiKey sk_…`.

import { services } from "@order-saga/services";
import { logicalName } from "./naming.ts";

/** Secrets by the environment variable that carries them: STRIPE_API_KEY is the secret StripeApiKey. */
export function createSecrets(): ReadonlyMap<string, sst.Secret> {
  const names = new Set(services.flatMap(({ secrets }) => secrets));
  return new Map([...names].map((name) => [name, new sst.Secret(logicalName(name))]));
}
