// Which attributes a message and a queue have, which are answered, and what SQS refuses by which error.
import { createHash } from "node:crypto";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  type MessageAttributeValue,
  type MessageSystemAttributeName,
  type QueueAttributeName,
  ReceiveMessageCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from "@aws-sdk/client-sqs";
import { expect } from "vitest";
import { behaviour, onAnEndpoint, type World } from "./behaviour.ts";
import { aQueue, withDeadLetters } from "./queues.ts";

onAnEndpoint();

const text = (StringValue: string): MessageAttributeValue => ({ DataType: "String", StringValue });

/** By the guide's own recipe, for texts. */
function md5(attributes: Record<string, string>): string {
  const hash = createHash("md5");
  const piece = (value: string) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(value));
    hash.update(length).update(value);
  };
  for (const name of Object.keys(attributes).toSorted()) {
    piece(name);
    piece("String");
    hash.update(Buffer.of(1));
    piece(attributes[name] ?? "");
  }
  return hash.digest("hex");
}

behaviour(
  "Message attributes come when they are asked for, with the digest of those that come",
  "SQS, recorded: Queues and messages",
  async (world) => {
    const queue = await aQueue(world, { VisibilityTimeout: "0" });
    const all = { "trace.id": "1", "trace.span": "2", tracer: "3", kind: "ü" };
    const MessageAttributes = Object.fromEntries(
      Object.entries(all).map(([name, value]) => [name, text(value)]),
    );
    await queue.send("x", { MessageAttributes });
    const none = {};
    const dotted = { "trace.id": "1", "trace.span": "2" };
    for (const [names, expected] of [
      [undefined, none],
      [[], none],
      [["All"], all],
      [["*"], all],
      [[".*"], all],
      [["trace.*"], { ...dotted, tracer: "3" }],
      [["trace.s.*"], { "trace.span": "2" }],
      [["trace*", "Kind", "tracer "], none],
      [["kind", "kind", "none"], { kind: "ü" }],
      [["AWS.x", "..a"], none],
    ] as [string[] | undefined, Record<string, string>][]) {
      const [message] = await queue.receive({ MessageAttributeNames: names, WaitTimeSeconds: 5 });
      const found = Object.entries(message?.MessageAttributes ?? {}).map(([name, value]) => [
        name,
        value.StringValue,
      ]);
      expect(Object.fromEntries(found), String(names)).toEqual(expected);
      const digest = expected === none ? undefined : md5(expected);
      expect(message?.MD5OfMessageAttributes, String(names)).toBe(digest);
    }
  },
);

behaviour(
  "System attributes come when they are asked for, by either parameter, and an unknown one is refused",
  "SQS, recorded: Queues and messages",
  async (world) => {
    const queue = await aQueue(world, { VisibilityTimeout: "0" });
    await queue.send("x", { MessageGroupId: "g" });
    const names = async (MessageSystemAttributeNames?: string[], AttributeNames?: string[]) => {
      const command = new ReceiveMessageCommand({
        QueueUrl: queue.QueueUrl,
        WaitTimeSeconds: 5,
        MessageSystemAttributeNames: MessageSystemAttributeNames as MessageSystemAttributeName[],
        AttributeNames: AttributeNames as QueueAttributeName[],
      });
      const { Messages = [] } = await world.sqs.send(command);
      return Object.keys(Messages[0]?.Attributes ?? {}).toSorted();
    };
    expect(await names()).toEqual([]);
    expect(await names(["SenderId"])).toEqual(["SenderId"]);
    expect(await names(["SentTimestamp"], ["MessageGroupId", "SequenceNumber"])).toEqual([
      "MessageGroupId",
      "SentTimestamp",
    ]);
    expect(await names(["SequenceNumber", "MessageDeduplicationId"])).toEqual([]);
    expect(await names([], ["All"])).toHaveLength(5);
    for (const unknown of ["Nope", "all", "", "*"]) {
      await expect(names([unknown]), unknown).rejects.toMatchObject({ name: "InvalidAttributeName" });
      await expect(names([], [unknown]), unknown).rejects.toMatchObject({ name: "InvalidAttributeName" });
    }
  },
);

behaviour(
  "A trace header is carried to the receiver and to the dead-letter queue, with a digest, and takes no room",
  "SQS, recorded: Queues and messages",
  async (world) => {
    const { dead, queue } = await withDeadLetters(world, 1, {
      VisibilityTimeout: "0",
      MaximumMessageSize: "1024",
    });
    const header = "Root=1-69a2c0de-0123456789abcdef01234567;Parent=89abcdef01234567;Sampled=0";
    const given = { MessageSystemAttributes: { AWSTraceHeader: text(header) } };
    const { MD5OfMessageSystemAttributes } = await queue.send("x".repeat(1024), given);
    expect(MD5OfMessageSystemAttributes).toBe(md5({ AWSTraceHeader: header }));
    expect((await queue.receiveOne()).Attributes?.AWSTraceHeader).toBe(header);
    expect(await queue.receive()).toEqual([]);
    expect((await dead.receiveOne()).Attributes?.AWSTraceHeader).toBe(header);
    const batch = await queue.sendBatch([
      { Id: "a", MessageBody: "a", ...given },
      { Id: "b", MessageBody: "b" },
    ]);
    expect(batch.Successful?.map((each) => each.MD5OfMessageSystemAttributes)).toEqual([
      MD5OfMessageSystemAttributes,
      undefined,
    ]);
  },
);

behaviour(
  "A message's system attribute is a trace header, and that a text",
  "SQS API: SendMessage",
  async (world) => {
    const queue = await aQueue(world);
    for (const attributes of [
      { TraceHeader: text("Root=1") },
      { SenderId: text("me") },
      { AWSTraceHeader: text("") },
      { AWSTraceHeader: { DataType: "Number", StringValue: "1" } },
      { AWSTraceHeader: { DataType: "Binary", BinaryValue: new Uint8Array([1]) } },
    ]) {
      const MessageSystemAttributes = attributes as Record<"AWSTraceHeader", MessageAttributeValue>;
      await expect(queue.send("x", { MessageSystemAttributes })).rejects.toMatchObject({
        name: "InvalidParameterValue",
      });
    }
  },
);

behaviour(
  "An attribute's name has letters, digits, underscores, hyphens and single periods inside, and no owner at AWS",
  "SQS guide: Message metadata",
  async (world) => {
    const queue = await aQueue(world);
    const named = (name: string) => queue.send("x", { MessageAttributes: { [name]: text("1") } });
    for (const name of [
      ...["Aws.region", "aMaZoN.id", ".", "a.", ".a", "a..b", "a b", "a/b", "a:b", "naïve", "a\n", ""],
      "n".repeat(257),
    ])
      await expect(named(name), name).rejects.toMatchObject({ name: "InvalidParameterValue" });
    for (const name of ["aws", "awsx.y", "A-b_c.9", "n".repeat(256)]) await named(name);
  },
);

behaviour(
  "An attribute has one value, which is of its type",
  "SQS API: MessageAttributeValue",
  async (world) => {
    const queue = await aQueue(world);
    const bytes = new Uint8Array([7]);
    const of = (a: Partial<MessageAttributeValue>) =>
      queue.send("x", { MessageAttributes: { a: a as MessageAttributeValue } });
    for (const value of [
      ...[
        { DataType: "Integer", StringValue: "1" },
        { DataType: "number", StringValue: "1" },
        { StringValue: "1" },
      ],
      ...[
        { DataType: "", StringValue: "1" },
        { DataType: `String.${"x".repeat(256)}`, StringValue: "1" },
      ],
      ...["1,5", "0x1f", "1e", " 1", "Infinity", "1e127", "-1e129", "7".repeat(39), "1e400"].map(
        (StringValue) => ({
          DataType: "Number",
          StringValue,
        }),
      ),
      ...[
        { DataType: "Binary", StringValue: "1" },
        { DataType: "String", BinaryValue: bytes },
      ],
      ...[{ DataType: "String.a", StringValue: "1", BinaryValue: bytes }, { DataType: "Binary.png" }],
      ...[{ DataType: "Binary", BinaryValue: bytes, StringValue: "1" }, { DataType: "String" }],
      ...[text("bell \u0007"), text("\ufffe"), { DataType: "Number.float" }],
    ])
      await expect(of(value), JSON.stringify(value)).rejects.toMatchObject({ name: "InvalidParameterValue" });
    for (const StringValue of ["0", "-1.5", "+3", ".5", "1e126", "-1E128", "0.000", `${"9".repeat(38)}00`])
      await of({ DataType: "Number", StringValue });
    for (const DataType of ["Number.int", "Number"]) await of({ DataType, StringValue: "12" });
    await of({ ...text("1"), StringListValues: [] });
  },
);

behaviour(
  "Lists in attributes are reserved, and refuse a batch as a whole",
  "SQS API: MessageAttributeValue",
  async (world) => {
    const queue = await aQueue(world);
    const refused = { name: "UnsupportedOperation" };
    for (const lists of [{ StringListValues: ["a"] }, { BinaryListValues: [new Uint8Array([1])] }]) {
      const MessageAttributes = { a: { ...text("1"), ...lists } };
      await expect(queue.send("x", { MessageAttributes })).rejects.toMatchObject(refused);
      const header = { MessageSystemAttributes: { AWSTraceHeader: { ...text("Root=1"), ...lists } } };
      await expect(queue.send("x", header)).rejects.toMatchObject(refused);
      const Entries = [
        { Id: "a", MessageBody: "a" },
        { Id: "b", MessageBody: "b", MessageAttributes },
      ];
      await expect(queue.sendBatch(Entries)).rejects.toMatchObject(refused);
    }
    expect(await queue.counts()).toEqual([0, 0, 0]);
  },
);

behaviour(
  "Bytes in an attribute count as they are, not as they travel",
  "SQS guide: Message quotas",
  async (world) => {
    const queue = await aQueue(world, { MaximumMessageSize: "1024" });
    const sized = (length: number) => ({
      MessageAttributes: { a: { DataType: "Binary", BinaryValue: new Uint8Array(length).fill(1) } },
    });
    const room = 1024 - "xaBinary".length;
    await queue.send("x", sized(room));
    await expect(queue.send("x", sized(room + 1))).rejects.toMatchObject({ name: "InvalidParameterValue" });
  },
);

behaviour(
  "What is for FIFO queues alone is refused by a standard queue",
  "SQS, recorded: Queues and messages",
  async (world) => {
    const queue = await aQueue(world);
    const value = { name: "InvalidParameterValue", message: expect.stringContaining("queue type") };
    await expect(queue.send("x", { MessageDeduplicationId: "once" })).rejects.toMatchObject(value);
    await expect(queue.receive({ ReceiveRequestAttemptId: "again" })).rejects.toMatchObject(value);
    const { Failed } = await queue.sendBatch([{ Id: "a", MessageBody: "a", MessageDeduplicationId: "a" }]);
    expect(Failed).toMatchObject([{ Id: "a", Code: "InvalidParameterValue" }]);
    const only = (name: string) => `You can specify the ${name} only when FifoQueue is set to true.`;
    for (const [name, given, message] of [
      ["FifoQueue", "false", "Unknown Attribute FifoQueue."],
      ["ContentBasedDeduplication", "true", "Unknown Attribute ContentBasedDeduplication."],
      ["DeduplicationScope", "queue", only("DeduplicationScope")],
      ["FifoThroughputLimit", "perQueue", only("FifoThroughputLimit")],
    ] as const) {
      const refused = { name: "InvalidAttributeName", message };
      await expect(aQueue(world, { [name]: given })).rejects.toMatchObject(refused);
      await expect(queue.set({ [name]: given })).rejects.toMatchObject(refused);
    }
  },
);

behaviour(
  "A message group's id on a standard queue is checked and answered",
  "SQS, recorded: Queues and messages",
  async (world) => {
    const queue = await aQueue(world);
    for (const MessageGroupId of ["", "g".repeat(129), "a b", "ä", "a\t"]) {
      const message = `Value ${MessageGroupId} for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.`;
      await expect(queue.send("x", { MessageGroupId })).rejects.toMatchObject({
        name: "InvalidParameterValue",
        message,
      });
    }
    await queue.send("x", { MessageGroupId: "~tenant/7!" });
    expect((await queue.receiveOne()).Attributes?.MessageGroupId).toBe("~tenant/7!");
  },
);

behaviour(
  "A queue's attributes have known names and values of their range",
  "SQS API: SetQueueAttributes",
  async (world) => {
    const queue = await aQueue(world);
    const value = { name: "InvalidAttributeValue" };
    for (const attributes of [
      ...["", "-1", "1.5", "1e1", " 5", "ten"].map((VisibilityTimeout) => ({ VisibilityTimeout })),
      ...[{ ReceiveMessageWaitTimeSeconds: "" }, { DelaySeconds: "901" }, { MaximumMessageSize: "1048577" }],
      ...[{ KmsDataKeyReusePeriodSeconds: "59" }, { KmsDataKeyReusePeriodSeconds: "86401" }],
      ...[{ SqsManagedSseEnabled: "maybe" }, { SqsManagedSseEnabled: "" }, { SqsManagedSseEnabled: "TRUE" }],
    ] as Record<string, string>[]) {
      await expect(queue.set(attributes), JSON.stringify(attributes)).rejects.toMatchObject(value);
      await expect(aQueue(world, attributes), JSON.stringify(attributes)).rejects.toMatchObject(value);
    }
    for (const name of ["Visibility", "QueueArn", "CreatedTimestamp", "All", "constructor"]) {
      await expect(queue.set({ [name]: "1" }), name).rejects.toMatchObject({ name: "InvalidAttributeName" });
      await expect(aQueue(world, { [name]: "1" }), name).rejects.toMatchObject({
        name: "InvalidAttributeName",
      });
    }
    await expect(queue.set({})).rejects.toMatchObject({ name: "MissingParameter" });
  },
);

behaviour(
  "A queue is encrypted by one key: of KMS, or of SQS",
  "SQS, recorded: Queues and messages",
  async (world) => {
    const queue = await aQueue(world);
    const encryption = async () => {
      const AttributeNames = [
        "KmsMasterKeyId",
        "KmsDataKeyReusePeriodSeconds",
        "SqsManagedSseEnabled",
      ] as const;
      const command = new GetQueueAttributesCommand({
        QueueUrl: queue.QueueUrl,
        AttributeNames: [...AttributeNames],
      });
      return (await world.sqs.send(command)).Attributes;
    };
    expect(await encryption()).toEqual({ SqsManagedSseEnabled: "true" });
    await queue.set({ KmsMasterKeyId: "alias/a", KmsDataKeyReusePeriodSeconds: "600" });
    expect(await encryption()).toEqual({
      KmsMasterKeyId: "alias/a",
      KmsDataKeyReusePeriodSeconds: "600",
      SqsManagedSseEnabled: "false",
    });
    await queue.set({ KmsMasterKeyId: "", KmsDataKeyReusePeriodSeconds: "300" });
    expect(await encryption()).toEqual({ SqsManagedSseEnabled: "false" });
    await expect(
      queue.set({ KmsMasterKeyId: "alias/b", SqsManagedSseEnabled: "true" }),
    ).rejects.toMatchObject({ name: "InvalidAttributeName" });
  },
);

behaviour(
  "An empty policy is none, also for a new queue",
  "SQS, recorded: Queues and messages",
  async (world) => {
    const none = { Policy: "", RedrivePolicy: "", RedriveAllowPolicy: "" };
    const queue = await aQueue(world, none);
    for (const name of Object.keys(none) as (keyof typeof none)[])
      expect(await queue.attribute(name)).toBe("");
    const again = new CreateQueueCommand({ QueueName: queue.QueueName, Attributes: none });
    expect((await world.sqs.send(again)).QueueUrl).toBe(queue.QueueUrl);
    const AttributeNames = ["Policy" as const, "RedrivePolicy" as const];
    const command = new GetQueueAttributesCommand({ QueueUrl: queue.QueueUrl, AttributeNames });
    expect((await world.sqs.send(command)).Attributes).toBeUndefined();
  },
);

behaviour(
  "A redrive policy has a target and a count, and nothing else",
  "SQS API: SetQueueAttributes",
  async (world) => {
    const [queue, dead] = [await aQueue(world), await aQueue(world)];
    const deadLetterTargetArn = await dead.attribute("QueueArn");
    for (const policy of [
      { deadLetterTargetArn, maxReceiveCount: 3, delay: 1 },
      { deadLetterTargetArn, maxReceiveCount: "" },
      { deadLetterTargetArn, maxReceiveCount: [3] },
      { deadLetterTargetArn, maxReceiveCount: "3.0" },
      { deadLetterTargetArn },
      { maxReceiveCount: 3 },
      { deadLetterTargetArn: dead.QueueName, maxReceiveCount: 3 },
      "text",
    ]) {
      const set = queue.set({ RedrivePolicy: JSON.stringify(policy) });
      await expect(set, JSON.stringify(policy)).rejects.toMatchObject({ name: "InvalidParameterValue" });
    }
    await queue.set({ RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: "3" }) });
  },
);

/** Asks by hand, to see status, type and header. */
async function refusal({ url }: World, operation: string, input: object) {
  const headers = { "x-amz-target": `AmazonSQS.${operation}`, "content-type": "application/x-amz-json-1.0" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(input) });
  const { __type } = (await answer.json()) as { __type: string };
  return [answer.status, __type.split("#")[1], answer.headers.get("x-amzn-query-error")];
}

behaviour(
  "An error has a status, a type and the code of the query protocol",
  "SQS, recorded: Queues and messages",
  async (world) => {
    const { QueueName, QueueUrl } = await aQueue(world, { DelaySeconds: "7" });
    const prefix = "AWS.SimpleQueueService.";
    for (const [operation, input, ...expected] of [
      [
        "GetQueueUrl",
        { QueueName: world.unique("no") },
        400,
        "QueueDoesNotExist",
        `${prefix}NonExistentQueue`,
      ],
      [
        "CreateQueue",
        { QueueName, Attributes: { DelaySeconds: "8" } },
        400,
        "QueueNameExists",
        "QueueAlreadyExists",
      ],
      [
        "DeleteMessage",
        { QueueUrl, ReceiptHandle: "?" },
        404,
        "ReceiptHandleIsInvalid",
        "ReceiptHandleIsInvalid",
      ],
      [
        "ReceiveMessage",
        { QueueUrl, WaitTimeSeconds: 30 },
        400,
        "InvalidParameterValueException",
        "InvalidParameterValue",
      ],
      ["SendMessage", { QueueUrl }, 400, "MissingRequiredParameterException", "MissingParameter"],
      [
        "SetQueueAttributes",
        { QueueUrl, Attributes: { a: "" } },
        400,
        "InvalidAttributeName",
        "InvalidAttributeName",
      ],
      [
        "DeleteMessageBatch",
        { QueueUrl, Entries: [] },
        400,
        "EmptyBatchRequest",
        `${prefix}EmptyBatchRequest`,
      ],
      ["CreateQueue", { QueueName: "a.fifo" }, 400, "UnsupportedOperation", `${prefix}UnsupportedOperation`],
    ] as [string, object, number, string, string][]) {
      const [status, type, code] = expected;
      expect(await refusal(world, operation, input), operation).toEqual([status, type, `${code};Sender`]);
    }
  },
  { needs: "emulator" },
);

behaviour(
  "A batch that is refused says of what it has too much",
  "SQS, recorded: Queues and messages",
  async (world) => {
    const queue = await aQueue(world, { MaximumMessageSize: "1024" });
    const entry = (Id: string, length = 1) => ({ Id, MessageBody: "x".repeat(length) });
    const twelve = Array.from({ length: 12 }, (_, index) => entry(`e${index}`));
    const tooMany = "Maximum number of entries per request are 10. You have sent 12.";
    await expect(queue.sendBatch(twelve)).rejects.toMatchObject({ message: tooMany });
    const bytes = 1024 * 1024 + 5;
    const tooLong = `Batch requests cannot be longer than 1048576 bytes. You have sent ${bytes} bytes.`;
    await expect(queue.sendBatch([entry("a", bytes - 1), entry("b")])).rejects.toMatchObject({
      message: tooLong,
    });
    for (const Id of ["", "ä", "a.b", "x".repeat(81)])
      await expect(queue.sendBatch([entry(Id)])).rejects.toMatchObject({ name: "InvalidBatchEntryId" });
    const { Failed, Successful } = await queue.sendBatch([entry("long", 1025), entry("short", 1024)]);
    expect(Successful).toMatchObject([{ Id: "short" }]);
    expect(Failed).toMatchObject([
      {
        Id: "long",
        Code: "InvalidParameterValue",
        Message:
          "One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.",
      },
    ]);
  },
);

behaviour(
  "Queues are listed by their beginning, page by page where a page's size is given",
  "SQS API: ListQueues",
  async (world) => {
    const QueueNamePrefix = world.unique("page");
    const urls = [];
    for (const end of ["a", "b", "c"]) {
      const command = new CreateQueueCommand({ QueueName: `${QueueNamePrefix}-${end}` });
      urls.push((await world.sqs.send(command)).QueueUrl);
    }
    const list = (more: object) => world.sqs.send(new ListQueuesCommand({ QueueNamePrefix, ...more }));
    expect(await list({})).toMatchObject({ QueueUrls: urls });
    const first = await list({ MaxResults: 2 });
    expect(first.QueueUrls).toEqual(urls.slice(0, 2));
    const second = await list({ MaxResults: 2, NextToken: first.NextToken });
    expect([second.QueueUrls, second.NextToken]).toEqual([urls.slice(2), undefined]);
    expect((await list({ QueueNamePrefix: world.unique("none") })).QueueUrls).toBeUndefined();
    for (const more of [{ MaxResults: 0 }, { MaxResults: 1001 }, { MaxResults: 1, NextToken: "%" }])
      await expect(list(more)).rejects.toMatchObject({ name: "InvalidParameterValue" });
  },
  { needs: "emulator" },
);

behaviour(
  "The sources of a dead-letter queue come page by page too",
  "SQS API: ListDeadLetterSourceQueues",
  async (world) => {
    const dead = await aQueue(world);
    const deadLetterTargetArn = await dead.attribute("QueueArn");
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 5 });
    const sources = [await aQueue(world, { RedrivePolicy }), await aQueue(world, { RedrivePolicy })];
    const list = (more: object) =>
      world.sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead.QueueUrl, ...more }));
    const first = await list({ MaxResults: 1 });
    const second = await list({ MaxResults: 1, NextToken: first.NextToken });
    const found = [...(first.queueUrls ?? []), ...(second.queueUrls ?? [])];
    expect(found.toSorted()).toEqual(sources.map(({ QueueUrl }) => QueueUrl).toSorted());
    for (const MaxResults of [0, -1, 1001])
      await expect(list({ MaxResults })).rejects.toMatchObject({ name: "InvalidParameterValue" });
  },
);

behaviour(
  "A queue has up to fifty tags with keys of 1 to 128 characters",
  "SQS, recorded: Queues and messages",
  async (world) => {
    const { QueueName, QueueUrl } = await aQueue(world);
    const tag = (Tags: Record<string, string>) => world.sqs.send(new TagQueueCommand({ QueueUrl, Tags }));
    const tags = async () => (await world.sqs.send(new ListQueueTagsCommand({ QueueUrl }))).Tags;
    expect(await tags()).toBeUndefined();
    await tag({ team: "shop", empty: "" });
    for (const bad of [
      { ["k".repeat(129)]: "v" },
      { "": "v" },
      { k: "v".repeat(257) },
      Object.fromEntries(Array.from({ length: 49 }, (_, index) => [`k${index}`, "v"])),
    ]) {
      await expect(tag(bad)).rejects.toMatchObject({ name: "InvalidParameterValue" });
    }
    expect(await tags()).toEqual({ team: "shop", empty: "" });
    await world.sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys: ["team", "empty", "none"] }));
    expect(await tags()).toBeUndefined();
    await expect(tag({})).rejects.toMatchObject({ name: "MissingParameter" });
    const created = new CreateQueueCommand({ QueueName: `${QueueName}-t`, tags: { at: "birth" } });
    const url = (await world.sqs.send(created)).QueueUrl;
    expect((await world.sqs.send(new ListQueueTagsCommand({ QueueUrl: url }))).Tags).toEqual({ at: "birth" });
  },
);

behaviour(
  "Another account's queue of the same name is not this one",
  "SQS API: GetQueueUrl",
  async (world) => {
    const queue = await aQueue(world);
    const { QueueName } = queue;
    const [, account = ""] = /\/(\d{12})\//.exec(queue.QueueUrl) ?? [];
    const ask = (QueueOwnerAWSAccountId: string) =>
      world.sqs.send(new GetQueueUrlCommand({ QueueName, QueueOwnerAWSAccountId }));
    expect((await ask(account)).QueueUrl).toBe(queue.QueueUrl);
    await expect(ask("999999999999")).rejects.toMatchObject({ name: "QueueDoesNotExist" });
    const QueueUrl = queue.QueueUrl.replace(account, "999999999999");
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] });
    await expect(world.sqs.send(command)).rejects.toMatchObject({ name: "QueueDoesNotExist" });
  },
  { needs: "emulator" },
);
