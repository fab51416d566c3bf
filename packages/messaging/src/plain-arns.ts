// ARNs made of plain names, for wherever a function runs without AWS.
import type { GrantSource } from "./grants.ts";
import type { FunctionManifest, ServiceManifest } from "./manifest.ts";
import { KEYS_TABLE } from "./personal-data/table.ts";

/** Account, region, and what a function's environment has for its table, its bus and its sender. */
export type PlainNames = {
  readonly account: string;
  readonly region: string;
  readonly table: string;
  readonly keysTable: string;
  readonly bus: string;
  readonly bucket: string;
  readonly mailFrom: string;
};

export const plainNames = (service: ServiceManifest): PlainNames => ({
  account: "000000000000",
  region: "eu-west-1",
  table: service.name,
  keysTable: KEYS_TABLE,
  bus: "bus",
  bucket: service.bucket?.name ?? "",
  mailFrom: service.settings.MAIL_FROM ?? "",
});

export function plainArns(
  service: ServiceManifest,
  manifest: FunctionManifest,
  names: PlainNames = plainNames(service),
): GrantSource<string> {
  const { account, bucket, bus, keysTable, mailFrom, region, table } = names;
  const arn = (of: string, resource: string) => `arn:aws:${of}:${region}:${account}:${resource}`;
  const name = `${service.name}-${manifest.name}`;
  return {
    functionArns: () => ["", ":*"].map((version) => arn("lambda", `function:${name}${version}`)),
    logStreams: () => arn("logs", `log-group:/aws/lambda/${name}:log-stream:*`),
    table: () => arn("dynamodb", `table/${table}`),
    keysTable: () => arn("dynamodb", `table/${keysTable}`),
    index: (index) => arn("dynamodb", `table/${table}/index/${index}`),
    bus: () => arn("events", `event-bus/${bus}`),
    queue: (queue) => arn("sqs", queue),
    key: () => arn("kms", "key/key"),
    bucket: () => `arn:aws:s3:::${bucket}`,
    objects: (pattern) => `arn:aws:s3:::${bucket}/${pattern}`,
    // Whichever address a stage sends from, it is an identity of the account.
    mail: () => [arn("ses", "identity/*"), arn("ses", "configuration-set/*")],
    mailAddress: () => addressIn(mailFrom),
  };
}

/** The address in `Name <address>`, or the address itself. */
export const addressIn = (mailbox: string): string => /<(.+)>/.exec(mailbox)?.[1] ?? mailbox;
