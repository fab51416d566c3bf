// How a function is put together: a missing variable is named, and one that publishes nothing has no bus.
import { expect, test } from "vitest";
import { PermanentError } from "./errors.ts";
import {
  type ExecutionEnvironment,
  edgeOf,
  laterIn,
  reactionPorts,
  requiredVariable,
  silentReactionPorts,
} from "./execution-environment.ts";
import { anEvent } from "./testing.ts";

function anExecutionEnvironment(variables: Record<string, string> = {}) {
  const lines: string[] = [];
  const clients: string[] = [];
  const env: ExecutionEnvironment = {
    variable: (name) => variables[name],
    now: () => 0,
    newId: () => "id",
    random: (bytes) => new Uint8Array(bytes),
    pause: async () => {},
    wait: async () => {},
    write: (line) => void lines.push(line),
    client: (kind, create) => {
      clients.push(kind);
      return create();
    },
  };
  return { env, lines, clients };
}

const DEAD_LETTER_QUEUE_URL = "http://127.0.0.1:1/queue";

test("a variable is read, and a missing or empty one is named", () => {
  const { env } = anExecutionEnvironment({ TABLE_NAME: "orders", BUS_NAME: "" });
  expect(requiredVariable(env, "TABLE_NAME")).toBe("orders");
  expect(() => requiredVariable(env, "BUS_NAME")).toThrow("BUS_NAME is not set");
  expect(() => requiredVariable(env, "NOT_THERE")).toThrow("NOT_THERE is not set");
});

test("a message that is put off goes to its reaction's own queue, and the client is made only then", async () => {
  const NOTIFY_CUSTOMER_QUEUE_URL = "http://127.0.0.1:1/notify";
  const { clients, env } = anExecutionEnvironment({ NOTIFY_CUSTOMER_QUEUE_URL });
  const sent: unknown[] = [];
  const send = async ({ input }: { input: unknown }) => {
    sent.push(input);
    return {};
  };
  const client: ExecutionEnvironment["client"] = (kind, create) => {
    env.client(kind, create);
    return { send } as ReturnType<typeof create>;
  };
  // The environment is read while a function is imported, and is another one's afterwards.
  let isImported = false;
  const variable = (name: string) => (isImported ? undefined : env.variable(name));
  const later = laterIn({ ...env, client, variable }, "notify-customer");
  isImported = true;
  expect(clients).toEqual([]);
  await later('{"detail":{"orderId":"ord_1"}}', 37);
  expect(clients).toEqual(["sqs"]);
  expect(sent).toEqual([
    {
      QueueUrl: NOTIFY_CUSTOMER_QUEUE_URL,
      Entries: [{ Id: "0", MessageBody: '{"detail":{"orderId":"ord_1"}}', DelaySeconds: 37 }],
    },
  ]);
  await later('{"resources":["group_1"]}', 0);
  expect(sent.at(-1)).toMatchObject({ Entries: [{ MessageGroupId: "group_1" }] });
  expect(() => laterIn(env, "reserve-stock")).toThrow("RESERVE_STOCK_QUEUE_URL is not set");
});

test("a function that says nothing needs no bus, and is stopped when it speaks", async () => {
  const { env, clients } = anExecutionEnvironment({ DEAD_LETTER_QUEUE_URL });
  const ports = silentReactionPorts(env, "notification");
  expect(clients).toEqual([]);
  await expect(ports.publish([anEvent("OrderConfirmed")])).rejects.toThrow(TypeError);
  await ports.publish([]);
});

test("the queue's client is made for the first message that is parked, and used again", async () => {
  const { env, clients } = anExecutionEnvironment({ DEAD_LETTER_QUEUE_URL });
  const sent: unknown[] = [];
  const client = (kind: string) => {
    clients.push(kind);
    return { send: async (command: { input: unknown }) => sent.push(command.input) } as never;
  };
  const ports = silentReactionPorts({ ...env, client }, "notification");
  const error = new PermanentError("MalformedMessage", "the body is not JSON");
  const message = { body: "?", reaction: "notify-customer", attempts: 1, error };
  await ports.park(message);
  await ports.park(message);
  expect(clients).toEqual(["sqs"]);
  expect(sent).toMatchObject([{ MessageBody: "?" }, { MessageBody: "?" }]);
});

test("a function that speaks does not start without its bus", () => {
  const { env } = anExecutionEnvironment({ DEAD_LETTER_QUEUE_URL });
  expect(() => reactionPorts(env, "orders")).toThrow("BUS_NAME is not set");
});

test("the log names its service and reads the execution environment's clock", () => {
  const { env, lines } = anExecutionEnvironment();
  edgeOf(env, "orders").log("info", "said");
  expect(lines).toEqual([
    JSON.stringify({
      timestamp: "1970-01-01T00:00:00.000Z",
      level: "info",
      service: "orders",
      message: "said",
    }),
  ]);
});
