// The same services against another AWS-compatible endpoint, or an account: functions, mappings, schedules and the API.
import { join } from "node:path";
import { scopes } from "@order-saga/contracts";
import { startAwsEndpoint } from "@order-saga/emulator";
import { services } from "@order-saga/services";
import { AwsRefusal } from "../aws-refusal.ts";
import { createClockOffset } from "../clock.ts";
import { openDataDirectory } from "../data-directory.ts";
import { createGateway } from "../http/gateway.ts";
import { createLocalApp, problemResponse } from "../http/local-app.ts";
import { onlyFromHere } from "../http/loopback.ts";
import { closeServer, explainPort, listen } from "../http/server.ts";
import { mountTokenRoutes } from "../http/token-routes.ts";
import { startFunctions } from "../lambda/functions.ts";
import { messageOf, startMappings } from "../lambda/mappings.ts";
import { queueOverTheWire } from "../lambda/message-source.ts";
import { schedulesOf, startSchedules } from "../lambda/schedules.ts";
import type { RemoteOptions, RuntimeOptions } from "../options.ts";
import { provision } from "../provision.ts";
import { watchServices } from "../reload/watch-services.ts";
import type { RuntimeListeners } from "../runtime.ts";
import { seed } from "../seed.ts";
import { AUDIENCE, createIssuer, type Issuer, jwtAuthorizer } from "../tokens/index.ts";
import { accountOf } from "./account.ts";
import { remoteAws } from "./aws.ts";
import { findResources } from "./find.ts";
import { checkPermissions } from "./permitted.ts";
import { seldom } from "./seldom.ts";

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
  const secrets = openDataDirectory(data);
  const closers: (() => unknown)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const http = await listen(options.port);
    closers.push(() => closeServer(http.server));
    const standIns = await startStandIns(options);
    closers.push(() => standIns.stop());
    const aws = await remoteAws(remote.endpoint, standIns.url, environment);
    const named = (name: string) => `${remote.prefix}${name}`;
    if (remote.endpoint === "aws") {
      const account = await accountOf(aws.region);
      const does = remote.provision ? "is given what is missing" : "is looked at";
      listeners.onNotice?.(
        `AWS account ${account}, ${aws.region}: all that begins with ${remote.prefix} ${does}.`,
      );
    }
    const queues = await (remote.provision ? provision : findResources)(services, aws.clients, named);
    await checkPermissions(services, aws.clients, named);
    const onWarning = seldom(listeners.onWarning, () => performance.now());
    const functions = await startFunctions({
      services,
      clock: createClockOffset(),
      queues,
      named,
      environment: aws.environment,
      values: { ...secrets, STRIPE_API_URL: standIns.url },
      onLog: listeners.onLog,
      onWarning,
    });
    closers.push(() => functions.stop());
    const mappings = startMappings({
      sourceOf: (queueUrl) => queueOverTheWire(aws.clients.sqs, queueUrl),
      queues,
      region: aws.region,
      functions,
      onWarning,
    });
    closers.push(() => Promise.all([...mappings.values()].map((mapping) => mapping.disable())));
    const now = () => Date.now();
    const schedules = startSchedules(schedulesOf(services, functions), now, (name, error) =>
      onWarning(`${name}: ${messageOf(error)}`),
    );
    closers.push(() => schedules.stop());
    const issuer = await createIssuer({ directory: data, url: http.url, audience: AUDIENCE, now });
    const local = createLocalApp();
    local.app.use("/__local/*", onlyFromHere);
    mountTokenRoutes(local.app, issuer);
    // A clock or a fault reaches into the embedded endpoint, and the console looks into it.
    for (const path of ["/__local/*", "/console/*", "/"]) local.app.all(path, notHere);
    const gateway = createGateway({
      routes: services.flatMap(({ name, routes }) => routes.map((manifest) => ({ service: name, manifest }))),
      authorize: jwtAuthorizer({ issuer, audience: AUDIENCE, now }),
      invoke: functions.invoke,
      now,
      otherwise: local.listener,
    });
    http.accept(gateway);
    const token = await issuer.sign({ sub: "seed", scope: scopes.join(" "), expiresInSeconds: 60 });
    await seed(http.url, token).catch((error) => {
      const log = data === undefined ? "The functions' log" : join(data, "logs", "functions.ndjson");
      throw new AwsRefusal(`${error.message} ${log} says why.`, { cause: error });
    });
    if (options.watch) {
      const live = await watchServices(functions, listeners);
      closers.push(() => live.stop());
    }
    return { url: http.url, issuer, standIns: standIns.url, region: aws.region, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** They keep what they hold beside the secrets: a card that was authorised must still be known after a restart. */
async function startStandIns({ awsPort, data }: RuntimeOptions) {
  try {
    return await startAwsEndpoint({
      port: awsPort,
      directory: data === undefined ? undefined : join(data, "stand-ins"),
    });
  } catch (error) {
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
