// Clients and functions' environment for an endpoint that is not the embedded one; mail and cards stay on
// the laptop.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { REGION } from "../aws.ts";
import { AwsRefusal } from "../aws-refusal.ts";
import type { AwsClients } from "../provision.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What the SDK's own chain of credentials looks at, so that functions find the same account as the clients
 * here.
 */
function inherited(given: Environment, isAws: boolean): Record<string, string> {
  const here = new Set(["HOME", "USERPROFILE", "PATH"]);
  const wanted = (name: string) =>
    here.has(name) || (name.startsWith("AWS_") && (isAws || !name.startsWith("AWS_ENDPOINT_URL")));
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value && wanted(name) ? [[name, value]] : [])),
  );
}

export type Remote = { clients: AwsClients; environment: Record<string, string>; region: string };

/**
 * `endpoint` is a URL, or `aws` for the account of the credentials in use. The SDK finds credentials by its
 * own chain; an emulator on this machine, which checks none, gets made-up ones where there are none.
 * `standIns` is the URL where SES and Stripe are played. Rejects with AwsRefusal if nothing says which
 * region of AWS is meant.
 */
export async function remoteAws(endpoint: string, standIns: string, given: Environment): Promise<Remote> {
  const url = endpoint === "aws" ? undefined : endpoint;
  const hasOwn = given.AWS_ACCESS_KEY_ID !== undefined || given.AWS_PROFILE !== undefined;
  const credentials =
    url !== undefined && isHere(url) && !hasOwn
      ? { accessKeyId: "local", secretAccessKey: "local" }
      : undefined;
  const asked = given.AWS_REGION ?? given.AWS_DEFAULT_REGION ?? (url === undefined ? undefined : REGION);
  const config = {
    maxAttempts: 3,
    ...(asked !== undefined && { region: asked }),
    ...(url !== undefined && { endpoint: url }),
    ...(credentials && { credentials }),
  };
  const sqs = new SQSClient(config);
  const region = await sqs.config.region().catch(() => {
    throw new AwsRefusal(
      "Say which region of AWS is meant: AWS_REGION=eu-west-1, or a profile that has one.",
    );
  });
  const names = credentials
    ? { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey }
    : {};
  return {
    region,
    clients: {
      dynamodb: new DynamoDBClient(config),
      sqs,
      eventBridge: new EventBridgeClient(config),
      s3: new S3Client(config),
    },
    environment: {
      ...inherited(given, url === undefined),
      ...names,
      ...(url !== undefined && { AWS_ENDPOINT_URL: url }),
      // A laptop must never send mail to customers.
      AWS_ENDPOINT_URL_SES: standIns,
      AWS_REGION: region,
      LOG_LEVEL: given.LOG_LEVEL ?? "info",
      NODE_OPTIONS: "",
    },
  };
}

function isHere(url: string): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(new URL(url).hostname);
}
