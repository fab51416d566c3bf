// Calls that a client could send and no service should take, drawn from the shapes of those it would.
import fc from "fast-check";
import type { Shape } from "../src/shapes.ts";

/** A call over HTTP. */
export type Sent = {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array;
};

const nested = (levels: number, open: string, close: string, inside = "") =>
  open.repeat(levels) + inside + close.repeat(levels);

/** JSON that is deeper than the stack. */
const deep = (levels: number) => JSON.parse(nested(levels, "[", "]"));
const deepItem = (levels: number) =>
  JSON.parse(nested(levels, '{"M":{"a":', "}}", '{"S":"x"}')) as Record<string, unknown>;

/** As texts that services read for themselves: expressions, patterns, policies, forms, numbers, addresses. */
export const oddTexts = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(
    ...["", " ", "\0", "\ud800", "null", "NaN", "-1", "1e400", "9".repeat(60), "__proto__", "x".repeat(5000)],
    ...["[]", "{}", "[null]", "null", "true", '{"a":null}', '{"a":[{"b":1}]}', '{"$or":[]}', '{"a":[null]}'],
    ...[
      '{"source":["shop"]}',
      '{"detail":{"n":[{"numeric":[">",0]}]}}',
      '{"detail":{"a":[{"exists":true}]}}',
    ],
    ...["a = :v", "SET a = :v", "a.b[0].c", "#a = :v", "REMOVE a[99999999999]", "SET a = a + :v", "ADD a :v"],
    ...["(".repeat(4000), nested(1500, "(", ")", "a = :v"), "NOT ".repeat(1000), `a${"[0]".repeat(1300)}`],
    ...[nested(1500, "size(", ")", "a"), "a AND ".repeat(600), nested(1000, "if_not_exists(a,", ")", ":v")],
    ...[nested(9000, "[", "]"), nested(9000, '{"a":', "}", "1"), nested(1900, '{"a":', "}", "[1]")],
    ...[
      nested(500, '{"$or":[{"a":[1]},', "]}", '{"a":[1]}'),
      '{"detail":1e999}',
      `{"a":[${"9".repeat(400)}]}`,
    ],
    ...["arn:aws:sqs:eu-west-1:000000000000:orders", "arn:aws:events:eu-west-1:000000000000:rule/default/r"],
    ...["http://[", "http://127.0.0.1:1/000000000000/orders", "/", "//", "%", "a/b/c/d"],
    ...['{"deadLetterTargetArn":[[]],"maxReceiveCount":{}}', '{"Statement":[{"Principal":null}]}'],
    ...['{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":1,"Resource":[]}}'],
    ...[`{"redrivePermission":${nested(9000, "[", "]")}}`, `{"Statement":${nested(9000, "[", "]")}}`],
  ),
);

/** Names of what is there, so that a call comes as far as it can. */
const known: Record<string, readonly string[]> = {
  TableName: ["stock"],
  IndexName: ["byState"],
  AttributeName: ["id", "state"],
  QueueName: ["orders"],
  QueueUrl: ["http://127.0.0.1/000000000000/orders"],
  EventBusName: ["default", "shop"],
  Rule: ["placed"],
  Name: ["placed", "shop"],
  ConditionExpression: ["#s = :v", "attribute_exists(id)", "contains(state, :v)", "size(state) > :v"],
  UpdateExpression: ["SET #s = :v", "ADD n :v", "REMOVE #s", "SET a.b = :v", "DELETE t :v"],
  KeyConditionExpression: ["id = :v", "begins_with(id, :v)"],
  ProjectionExpression: ["id, a.b[0]", "#s"],
  AttributeNames: ["All"],
  KeyType: ["HASH", "RANGE"],
  AttributeType: ["S", "N"],
  EventPattern: ['{"source":["shop"]}'],
  Event: [
    '{"id":"1","account":"1","source":"shop","time":"2026-01-01T00:00:00Z","region":"x","resources":[],"detail-type":"a"}',
  ],
  Detail: ['{"a":1}'],
  Source: ["shop"],
  DetailType: ["OrderPlaced"],
  ReceiptHandle: ["x"],
  MessageBody: ["hello"],
};

/** Of maps whose keys are not of an item. */
const keys: Record<string, readonly string[]> = {
  Attributes: ["VisibilityTimeout", "Policy", "RedrivePolicy", "RedriveAllowPolicy", "DelaySeconds"],
  MessageAttributes: ["traceparent", "a"],
};

/** Those without which nothing else is looked at. */
const wanted = new Set(["Entries", "Item", "Key", "Id", "RequestItems", "TransactItems", "Targets", "Arn"]);

const oddValues: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e308, 2 ** 53, [], {}, [null], { a: null }),
  oddTexts,
  fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as unknown),
  fc.constantFrom(31, 32, 33, 99, 5000).map(deepItem),
  fc.constantFrom(199, 201, 5000).map(deep),
);

/** Mostly as the shape says, and here and there something else. */
export function drawn(shape: Shape, name: string, levels = 0): fc.Arbitrary<unknown> {
  const odd = { arbitrary: oddValues, weight: 1 };
  const mostly = (arbitrary: fc.Arbitrary<unknown>) => fc.oneof(odd, { arbitrary, weight: 80 });
  switch (shape.kind) {
    case "text": {
      const names = known[name] ?? (name === "key" ? ["#s", ":v", "id", "stock"] : undefined);
      return mostly(
        names ? fc.oneof({ arbitrary: fc.constantFrom(...names), weight: 5 }, oddTexts) : oddTexts,
      );
    }
    case "number":
      return mostly(fc.oneof(fc.integer({ min: -2, max: 30 }), fc.double()));
    case "flag":
      return mostly(fc.boolean());
    case "anything":
      return oddValues;
    case "list":
    case "map":
      return levels > 6 ? oddValues : mostly(severalOf(shape.kind, shape.of(), name, levels + 1));
    case "fields": {
      if (levels > 6) return oddValues;
      const fields = [...shape.fields].map(([field, of]): [string, fc.Arbitrary<unknown>] => [
        field,
        fc.constant(0).chain(() => drawn(of(), field, levels + 1)),
      ]);
      // A value of an item has one of its many fields, and other structures most of theirs.
      const isUnion = shape.fields.has("NULL");
      return mostly(isUnion ? oneField(fields) : mostOf(fields));
    }
  }
}

function severalOf(kind: "list" | "map", of: Shape, name: string, levels: number): fc.Arbitrary<unknown> {
  const member = fc.constant(0).chain(() => drawn(of, name, levels));
  if (kind === "list") return fc.array(member, { maxLength: 3 });
  const key = fc.oneof(
    fc.constantFrom(...(keys[name] ?? ["id", "state", "#s", ":v", "stock", "__proto__"])),
    oddTexts,
  );
  return fc.array(fc.tuple(key, member), { maxLength: 3 }).map((entries) => Object.fromEntries(entries));
}

/** JSON has no undefined, so that such a field is not there. */
const mostOf = (fields: readonly [string, fc.Arbitrary<unknown>][]): fc.Arbitrary<unknown> =>
  fc.record(
    Object.fromEntries(
      fields.map(([field, content]) => [
        field,
        fc.option(content, { nil: undefined, freq: field in known || wanted.has(field) ? 30 : 1 }),
      ]),
    ),
  );

const oneField = (fields: readonly [string, fc.Arbitrary<unknown>][]): fc.Arbitrary<unknown> =>
  fc.constantFrom(...fields).chain(([field, content]) => content.map((each) => ({ [field]: each })));

/** A body that is not what was meant: other bytes, other encodings, or a part of it. */
export const spoilt = (body: fc.Arbitrary<string>): fc.Arbitrary<string | Uint8Array> =>
  fc.oneof(
    { arbitrary: body, weight: 20 },
    body.map((text) => text.slice(0, text.length / 2)),
    body.map((text) => new Uint8Array(Buffer.from(text, "utf16le"))),
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom("", "null", "[]", "1", '"x"', "{", "\ufeff{}", nested(100_000, "[", "]")),
    fc.constantFrom(nested(100_000, '{"TableName":', "}", "1"), '{"a":1,"a":2}', '{"__proto__":{"a":1}}'),
  );

export const formOf = (names: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(fc.oneof({ arbitrary: fc.constantFrom(...names), weight: 6 }, oddTexts), oddTexts), {
      maxLength: 8,
    })
    .map((pairs) => String(new URLSearchParams(pairs)));
