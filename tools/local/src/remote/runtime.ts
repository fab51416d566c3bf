// The same services against another AWS-compatible endpoint, or an account: functions, mappings, schedules
// and the API.
import { join } from "node:path";
import { StateError, startAwsEndpoint } from "@order-saga/emulator";
import { services } from "@order-saga/services";
import { AwsRefusal } from "../aws-refusal.ts";
import { createClockOffset } from "../clock.ts";
import { createClosers } from "../closers.ts";
import { unusable } from "../data-directory.ts";
import { createLocalApp, problemResponse } from "../http/local-app.ts";
import { needsHeader } from "../http/loopback.ts";
import { closeServer, explainPort, listen } from "../http/server.ts";
import { openStorefront } from "../http/storefront.ts";
import { mountTokenRoutes } from "../http/token-routes.ts";
import { queueOverTheWire } from "../lambda/message-source.ts";
import { startWorkers } from "../lambda/workers.ts";
import type { RuntimeListeners } from "../listeners.ts";
import { mailAccount } from "../mail-account.ts";
import type { RemoteOptions, RuntimeOptions } from "../options.ts";
import { type Named, provision } from "../provision.ts";
import { watchServices } from "../reload/watch-services.ts";
import { seedShop } from "../seed.ts";
import { openState } from "../state.ts";
import { stripeSettings, webhooksTo } from "../stripe-account.ts";
import { AUDIENCE, createIssuer, type Issuer } from "../tokens/index.ts";
import { withWebhooks } from "../webhook-endpoints.ts";
import { accountOf } from "./account.ts";
import { remoteAws } from "./aws.ts";
import { findResources } from "./find.ts";
import { checkPermissions } from "./permitted.ts";
import { rateLimited } from "./rate-limited.ts";

export type RemoteRuntime = {
  /** Base URL of the storefront API. */
  url: string;
  issuer: Issuer;
  /** Base URL of where mails and cards are played. */
  standIns: string;
  /** Of AWS. */
  region: string;
  stop(): Promise<void>;
};

/** Rejects with AwsRefusal, in one sentence, if the endpoint lacks something or does not permit it. */
export async function startRemoteRuntime(
  options: RuntimeOptions & { remote: RemoteOptions },
  listeners: RuntimeListeners,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<RemoteRuntime> {
  const { data, remote } = options;
  const closers = createClosers();
  try {
    const { secrets, signingKey } = await openState(data);
    const http = await listen(options.port, options.hostNames);
    closers.add(() => closeServer(http.server));
    const standIns = await startStandIns(options, secrets.STRIPE_API_KEY);
    closers.add(() => standIns.stop());
    const aws = await remoteAws(remote.endpoint, standIns.url, environment);
    const account = remote.endpoint === "aws" ? await sayAccount(remote, aws.region, listeners) : undefined;
    const named: Named = (name, isBucket) =>
      `${remote.prefix}${name}${isBucket && account !== undefined ? `-${account}` : ""}`;
    const queues = await (remote.provision ? provision : findResources)(services, aws.clients, named);
    await checkPermissions(services, aws.clients, named);
    const { functions } = await startWorkers(closers, {
      clock: createClockOffset(),
      queues,
      region: aws.region,
      named,
      environment: aws.environment,
      values: {
        ...secrets,
        ...stripeSettings(standIns.url, http.url),
        ...withWebhooks(options.settings, secrets),
      },
      sourceOf: (queueUrl) => queueOverTheWire(aws.clients.sqs, queueUrl),
      listeners: { ...listeners, onWarning: rateLimited(listeners.onWarning, () => performance.now()) },
    });
    const issuer = await createIssuer({
      signingKey,
      url: http.url,
      audience: AUDIENCE,
      now: () => Date.now(),
    });
    openStorefront({ http, issuer, functions, otherwise: localRoutes(issuer) });
    standIns.payments.sendWebhooksTo(webhooksTo(http.url, secrets));
    await seedShop(http.url, issuer).catch((error) => {
      const log = data === undefined ? "The functions' log" : join(data, "logs", "functions.ndjson");
      throw new AwsRefusal(`${error.message} ${log} says why.`, { cause: error });
    });
    if (options.watch) await watchServices(closers, functions, listeners);
    return { url: http.url, issuer, standIns: standIns.url, region: aws.region, stop: closers.closeAll };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

async function sayAccount(remote: RemoteOptions, region: string, { onNotice }: RuntimeListeners) {
  const account = await accountOf(region);
  const does = remote.provision ? "is given what is missing" : "is looked at";
  onNotice?.(`AWS account ${account}, ${region}: all that begins with ${remote.prefix} ${does}.`);
  return account;
}

/** Tokens only: the clock and the faults reach into the embedded endpoint, and the console looks into it. */
function localRoutes(issuer: Issuer) {
  const { app, listener } = createLocalApp();
  app.use("/__local/*", needsHeader);
  mountTokenRoutes(app, issuer);
  for (const path of ["/__local/*", "/console/*", "/"]) app.all(path, notHere);
  return listener;
}

/**
 * They keep what they hold beside the secrets: a card that was authorised must still be known after a
 * restart.
 */
async function startStandIns({ awsPort, data, hostNames }: RuntimeOptions, stripeApiKey: string) {
  try {
    return await startAwsEndpoint({
      port: awsPort,
      hostNames,
      directory: data === undefined ? undefined : join(data, "stand-ins"),
      stripeApiKey,
      ses: mailAccount,
    });
  } catch (error) {
    if (error instanceof StateError && data !== undefined) throw unusable(data, error);
    throw explainPort(error, awsPort, "--aws-port", "the stand-in of SES and Stripe");
  }
}

function notHere(): Response {
  return problemResponse(
    501,
    "embedded-only",
    "The clock, faults and the console need the embedded endpoint: start without --endpoint.",
  );
}
