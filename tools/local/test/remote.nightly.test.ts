// `pnpm start --endpoint`: the services over existing queues, bus and tables of the embedded endpoint.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteTableCommand, ListTablesCommand, waitUntilTableNotExists } from "@aws-sdk/client-dynamodb";
import {
  DeleteEventBusCommand,
  DeleteRuleCommand,
  ListEventBusesCommand,
  ListRulesCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { DeleteQueueCommand, GetQueueAttributesCommand, GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import { run } from "@order-saga/cli/testing/process";
import { type AwsEndpoint, startAwsEndpoint } from "@order-saga/emulator";
import { clientsOf } from "@order-saga/emulator/testing";
import { KEYS_TABLE } from "@order-saga/messaging/personal-data/table";
import { allReactions, deadLetterQueuesOf } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { provision } from "../src/provision.ts";
import { BUS_NAME } from "../src/source-folders.ts";
import { cancel, ends, named, PREFIX, place, settingsOf, startAt } from "./remote-endpoint.ts";

async function emptyEndpoint(): Promise<AwsEndpoint> {
  const endpoint = await startAwsEndpoint({ port: 0, directory: undefined });
  onTestFinished(() => endpoint.stop());
  return endpoint;
}

describe("against an endpoint that has nothing yet", () => {
  test("everything is made under the prefix, and orders end as they do on the embedded one", async () => {
    const endpoint = await emptyEndpoint();
    const { runtime, warnings } = await startAt(endpoint.url);
    const [good, declined] = [await place(runtime), await place(runtime, "pm_card_chargeDeclined")];
    await ends(runtime, good, "CONFIRMED");
    await ends(runtime, declined, "REJECTED");
    const { dynamodb, eventBridge } = clientsOf(endpoint);
    const { TableNames = [] } = await dynamodb.send(new ListTablesCommand({}));
    const { EventBuses = [] } = await eventBridge.send(new ListEventBusesCommand({}));
    const buses = EventBuses.map(({ Name = "" }) => Name).filter((name) => name !== "default");
    const made = [...endpoint.queues.names(), ...TableNames, ...buses];
    const queues = allReactions(services).flatMap((each) => [
      each.queue.name,
      ...deadLetterQueuesOf(each).map(({ name }) => name),
    ]);
    const wanted = [...queues, ...services.map(({ name }) => name), KEYS_TABLE, BUS_NAME].map(named);
    expect(made.toSorted()).toEqual(wanted.toSorted());
    expect(made.filter((name) => !name.startsWith(PREFIX))).toEqual([]);
    expect(warnings).toEqual([]);
  });

  test("an order that is cancelled in time ends so", async () => {
    const { runtime } = await startAt((await emptyEndpoint()).url);
    const orderId = await place(runtime);
    await cancel(runtime, orderId);
    await ends(runtime, orderId, "CANCELLED");
  });

  test("a second start changes nothing", async () => {
    const endpoint = await emptyEndpoint();
    await startAt(endpoint.url);
    const before = await settingsOf(clientsOf(endpoint));
    await startAt(endpoint.url);
    expect(await settingsOf(clientsOf(endpoint))).toEqual(before);
  });

  test("mails and cards stay on this machine", async () => {
    const endpoint = await emptyEndpoint();
    const { runtime } = await startAt(endpoint.url);
    await ends(runtime, await place(runtime), "CONFIRMED");
    expect({ mails: endpoint.mails(), intents: endpoint.payments.intents() }).toEqual({
      mails: [],
      intents: [],
    });
    expect(runtime.standIns).not.toBe(endpoint.url);
  });
});

describe("what stays here and what is made there", () => {
  test("an order that was accepted before a restart ends after it, with the card it had", async () => {
    const endpoint = await emptyEndpoint();
    const data = mkdtempSync(join(tmpdir(), "remote-"));
    onTestFinished(() => rmSync(data, { recursive: true }));
    const { runtime } = await startAt(endpoint.url, { data });
    const orderId = await place(runtime);
    await runtime.stop();
    const again = await startAt(endpoint.url, { data });
    await ends(again.runtime, orderId, "CONFIRMED");
  });

  test("only its own rule may put messages on a queue", async () => {
    const endpoint = await emptyEndpoint();
    const { sqs } = clientsOf(endpoint);
    await provision(services, clientsOf(endpoint), named);
    for (const name of ["payment-authorize-payment", "payment-authorize-payment-undelivered"]) {
      const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: named(name) }));
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["Policy"] }),
      );
      expect(JSON.parse(Attributes?.Policy ?? "{}").Statement).toMatchObject([
        { Sid: "TlsOnly", Effect: "Deny" },
        {
          Principal: { Service: "events.amazonaws.com" },
          Action: "sqs:SendMessage",
          Condition: {
            ArnEquals: {
              "aws:SourceArn": expect.stringMatching(/rule\/ada-order-saga\/ada-payment-authorize-payment$/),
            },
          },
        },
      ]);
    }
  });

  test("what only the embedded endpoint has answers 501 and says how to get it", async () => {
    const { runtime } = await startAt((await emptyEndpoint()).url);
    for (const path of ["/", "/console/orders", "/__local/clock", "/__local/faults"]) {
      const answer = await fetch(`${runtime.url}${path}`, { headers: { "x-order-saga": "test" } });
      expect({ path, status: answer.status }).toEqual({ path, status: 501 });
      expect(await answer.json()).toMatchObject({
        title: expect.stringContaining("start without --endpoint"),
      });
    }
    const token = await fetch(`${runtime.url}/__local/token`, {
      method: "POST",
      headers: { "x-order-saga": "test" },
      body: "{}",
    });
    expect(await token.json()).toHaveProperty("token");
  });
});

let shared: AwsEndpoint;
beforeAll(async () => {
  shared = await startAwsEndpoint({ port: 0, directory: undefined });
});
afterAll(() => shared.stop());

/** What the start says when this is gone; it is there again afterwards. */
async function without(remove: (clients: ReturnType<typeof clientsOf>) => Promise<unknown>): Promise<string> {
  const clients = clientsOf(shared);
  await provision(services, clients, named);
  await remove(clients);
  const started = startAt(shared.url, { provision: false });
  return started.then(
    () => "it started",
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

describe("with --no-provision", () => {
  test("a missing queue is named, with the remedy", async () => {
    const said = await without(async ({ sqs }) => {
      const { QueueUrl } = await sqs.send(
        new GetQueueUrlCommand({ QueueName: named("orders-track-order-dlq") }),
      );
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    });
    expect(said).toBe(
      "AwsRefusal: There is no such thing as the queue ada-orders-track-order-dlq (GetQueueUrl: QueueDoesNotExist). Start without --no-provision to have it made.",
    );
  });

  test("a missing table is named", async () => {
    const said = await without(async ({ dynamodb }) => {
      const TableName = named("payment");
      await dynamodb.send(new DeleteTableCommand({ TableName }));
      await waitUntilTableNotExists(
        { client: dynamodb, maxWaitTime: 30, minDelay: 0.05, maxDelay: 1 },
        { TableName },
      );
    });
    expect(said).toContain("the table ada-payment (DescribeTable: ResourceNotFoundException)");
  });

  test("what is there is used as it is", async () => {
    const clients = clientsOf(shared);
    await provision(services, clients, named);
    const before = await settingsOf(clients);
    const { runtime } = await startAt(shared.url, { provision: false });
    await ends(runtime, await place(runtime), "CONFIRMED");
    expect(await settingsOf(clients)).toEqual(before);
  });
});

describe("with --no-provision", () => {
  test("a rule without its target is named", async () => {
    const said = await without(({ eventBridge }) =>
      eventBridge.send(
        new RemoveTargetsCommand({
          Rule: named("inventory-reserve-stock"),
          EventBusName: named("order-saga"),
          Ids: ["queue"],
        }),
      ),
    );
    expect(said).toContain(
      "The rule ada-inventory-reserve-stock does not target the queue ada-inventory-reserve-stock",
    );
  });

  test("a missing rule is named", async () => {
    const said = await without(async ({ eventBridge }) => {
      const [Rule, EventBusName] = [named("inventory-reserve-stock"), named("order-saga")];
      await eventBridge.send(new RemoveTargetsCommand({ Rule, EventBusName, Ids: ["queue"] }));
      await eventBridge.send(new DeleteRuleCommand({ Name: Rule, EventBusName }));
    });
    expect(said).toContain(
      "the rule ada-inventory-reserve-stock (ListTargetsByRule: ResourceNotFoundException)",
    );
  });

  test("a missing bus is named", async () => {
    const said = await without(async ({ eventBridge }) => {
      const EventBusName = named("order-saga");
      const { Rules = [] } = await eventBridge.send(new ListRulesCommand({ EventBusName }));
      for (const { Name: Rule } of Rules) {
        await eventBridge.send(new RemoveTargetsCommand({ Rule, EventBusName, Ids: ["queue"] }));
        await eventBridge.send(new DeleteRuleCommand({ Name: Rule, EventBusName }));
      }
      await eventBridge.send(new DeleteEventBusCommand({ Name: EventBusName }));
    });
    expect(said).toContain("the bus ada-order-saga (DescribeEventBus: ResourceNotFoundException)");
  });
});

/** An endpoint that permits everything but one operation, as an account whose credentials may not do it. */
async function denying(operation: string): Promise<string> {
  const endpoint = await emptyEndpoint();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.headers["x-amz-target"]?.toString().endsWith(`.${operation}`)) {
      response.writeHead(400, { "content-type": "application/x-amz-json-1.0" });
      response.end(
        JSON.stringify({
          __type: "com.amazonaws#AccessDeniedException",
          message: "arn:secret is not authorized",
        }),
      );
      return;
    }
    const { host: _host, ...headers } = request.headers;
    const { method = "POST", url: path = "/" } = request;
    if (operation === "CreateBucket" && method === "PUT" && /^\/ada-feeds\/?$/.test(path)) {
      response.writeHead(403, { "content-type": "application/xml" });
      response.end("<Error><Code>AccessDenied</Code><Message>arn:secret is not authorized</Message></Error>");
      return;
    }
    const through = {
      method,
      headers: headers as Record<string, string>,
      ...(method !== "GET" && method !== "HEAD" && { body: Buffer.concat(chunks) }),
    };
    // Calls that were under way beside the refused one may find the endpoint gone.
    const answer = await fetch(endpoint.url + path, through).catch(() => undefined);
    if (!answer) return void response.destroy();
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    response.end(await answer.text());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each([
  ["CreateTable", "dynamodb:CreateTable", "the table ada-"],
  ["CreateBucket", "s3:CreateBucket", "the bucket ada-feeds"],
  ["CreateEventBus", "events:CreateEventBus", "the bus ada-order-saga"],
  ["PutTargets", "events:PutTargets", "the rule ada-"],
  ["SetQueueAttributes", "sqs:SetQueueAttributes", "the queue ada-"],
  ["GetItem", "dynamodb:GetItem", "the table ada-"],
  ["BatchGetItem", "dynamodb:BatchGetItem", "the table ada-"],
  ["PutItem", "dynamodb:PutItem", "the table ada-"],
  ["UpdateItem", "dynamodb:UpdateItem", "the table ada-"],
  ["TransactWriteItems", "dynamodb:ConditionCheckItem", "the table ada-"],
  ["Query", "dynamodb:Query", "the index \\w+ of the table ada-"],
  ["PutEvents", "events:PutEvents", "the bus ada-order-saga"],
])(
  "credentials that may not %s are told so, with the action and the resource",
  async (operation, action, resource) => {
    const started = startAt(await denying(operation));
    await expect(started).rejects.toThrow(
      new RegExp(`^${operation} on ${resource}\\S* is not permitted\\. Allow ${action} on it`),
    );
  },
);

test("a poll that is not permitted says so, and not every second", async () => {
  const { warnings } = await startAt(await denying("ReceiveMessage"));
  const about = (reaction: string) => warnings.filter((line) => line.startsWith(`${reaction}: `));
  await vi.waitFor(() => expect(about("capture-payment")).not.toEqual([]));
  expect(about("capture-payment")).toEqual([
    "capture-payment: ReceiveMessage on the queue ada-payment-capture-payment is not permitted. Allow sqs:ReceiveMessage on it to the credentials in use.",
  ]);
});

test("an endpoint that does not answer ends the start with one sentence", async () => {
  const { code, output } = await run("start", ["--endpoint", "http://127.0.0.1:9", "--data", "memory"]);
  expect(code).toBe(1);
  // Table and bus are made at once, and either may be refused first.
  expect(output.trim()).toMatch(
    /^Create\w+ on the (table|bus) laptop-\S+: the endpoint does not answer \(ECONNREFUSED\)\. Is it running/,
  );
  expect(output.trim().split("\n")).toHaveLength(1);
});

/** Where only the caller's identity may be asked for; the operations that were tried, in their order. */
async function account(id: string): Promise<{ url: string; tried: string[] }> {
  const tried: string[] = [];
  const server = createServer(async (request, response) => {
    request.resume();
    const target = request.headers["x-amz-target"]?.toString();
    tried.push(target?.split(".").at(-1) ?? "GetCallerIdentity");
    response.writeHead(target ? 400 : 200, {
      "content-type": target ? "application/x-amz-json-1.0" : "text/xml",
    });
    const identity = `<GetCallerIdentityResult><Account>${id}</Account></GetCallerIdentityResult>`;
    response.end(
      target
        ? JSON.stringify({ __type: "com.amazonaws#AccessDeniedException", message: "no" })
        : `<GetCallerIdentityResponse>${identity}</GetCallerIdentityResponse>`,
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tried };
}

/** `pnpm start --endpoint aws` where the machine's own settings say only this. */
async function startAtAws(
  environment: Record<string, string>,
): Promise<{ code: number | null; lines: string[] }> {
  const nothing = {
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
    AWS_PROFILE: undefined,
    AWS_REGION: undefined,
    AWS_DEFAULT_REGION: undefined,
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
  };
  onTestFinished(() => void vi.unstubAllEnvs());
  for (const [name, value] of Object.entries({ ...nothing, ...environment })) vi.stubEnv(name, value);
  const { code, output } = await run("start", ["--endpoint", "aws", "--data", "memory"]);
  return { code, lines: output.trim().split("\n") };
}

describe("in an account of AWS", () => {
  const keys = { AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "never-said" };

  test("its number, region and the prefix are said before anything is made", async () => {
    const { tried, url } = await account("210987654321");
    const { code, lines } = await startAtAws({ ...keys, AWS_REGION: "eu-north-1", AWS_ENDPOINT_URL: url });
    expect(code).toBe(1);
    expect(lines).toEqual([
      "AWS account 210987654321, eu-north-1: all that begins with laptop- is given what is missing.",
      expect.stringMatching(/^Create\S+ on the \S+ laptop-\S+ is not permitted\./),
    ]);
    expect(tried[0]).toBe("GetCallerIdentity");
  });

  test("no region is said in one sentence", async () => {
    const { code, lines } = await startAtAws(keys);
    expect({ code, lines }).toEqual({
      code: 1,
      lines: ["Say which region of AWS is meant: AWS_REGION=eu-west-1, or a profile that has one."],
    });
  });

  test("so are no credentials", async () => {
    const { url } = await account("210987654321");
    const { code, lines } = await startAtAws({ AWS_REGION: "eu-west-1", AWS_ENDPOINT_URL: url });
    expect({ code, lines }).toEqual({
      code: 1,
      lines: [
        expect.stringMatching(
          /^GetCallerIdentity on the credentials in use: the credentials are missing, expired or not valid there/,
        ),
      ],
    });
  });
});
