// Whatever the last release can say is read today, and whatever is said today the last release reads.
import { type EventType, parseEvent } from "@order-saga/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { propertiesOf, type Schema } from "../src/contracts/schema.ts";
import { contractsOfTree, releasedCode, releasedContracts } from "../src/released.ts";
import { type Documents, ofEvents } from "./made-changes.ts";
import { readersOf } from "./readers.ts";
import { valuesOf } from "./values.ts";

const RUNS = Number(process.env.RUNS ?? (process.env.NIGHTLY ? 2000 : 50));
const SEED = Number(process.env.FC_SEED ?? 20261130);
const settings = { numRuns: RUNS, seed: SEED };

type Document = {
  components: { schemas: Record<string, Schema>; messages: Record<string, { "x-said-version"?: number }> };
};
type Said = readonly [type: EventType, schema: Schema];

/** The schema of each event in the version that is said, by its type. */
function saidIn(document: object): Said[] {
  const { messages, schemas } = (document as Document).components;
  const events = Object.values(schemas).flatMap((schema) => {
    const { type, version } = propertiesOf(schema);
    return type?.const === undefined
      ? []
      : [{ type: String(type.const), version: Number(version?.const), schema }];
  });
  return Object.entries(Object.groupBy(events, ({ type }) => type)).map(([type, versions = []]) => {
    const newest = Math.max(...versions.map(({ version }) => version));
    const said = messages[type]?.["x-said-version"] ?? newest;
    return [type as EventType, versions.find(({ version }) => version === said)?.schema ?? {}];
  });
}

const released = releasedContracts().asyncapi;
const tree = contractsOfTree().asyncapi;
const readers = await readersOf(await releasedCode());

type Recipient = { data: { personal?: unknown; contact?: { name?: string } } };
/** Who is written to is said, and their name is not spaces alone. */
const hasRecipient = ({ data: { contact, personal } }: Recipient) =>
  (personal ?? contact) !== undefined && contact?.name?.trim() !== "";

/** The rules that no JSON Schema says, and the producers keep. */
const rules: Partial<Record<EventType, (event: Recipient) => boolean>> = {
  OrderPlaced: hasRecipient,
  BulkPlaced: hasRecipient,
};

const eventsOf = (document: object, [type, schema]: Said) =>
  valuesOf({ document, schema }).filter((event) => rules[type]?.(event as Recipient) ?? true);

/** Why today's code does not read it; undefined if it does. */
function refusalToday(type: EventType, value: unknown): string | undefined {
  const { error } = parseEvent(type, value);
  const [issue] = error?.issues ?? [];
  return issue && `/${issue.path.join("/")}: ${issue.message}`;
}

/** Throws with the least value that today's code does not read. */
const readToday = (document: object, said: Said) =>
  fc.assert(
    fc.property(eventsOf(document, said), (value) => {
      expect(refusalToday(said[0], value)).toBeUndefined();
    }),
    settings,
  );

/** Throws with the least value that a reaction of the last release parks. */
const readByTheLastRelease = (document: object, said: Said) =>
  fc.assert(
    fc.asyncProperty(eventsOf(document, said), async (value) => {
      for (const each of readers.filter(({ hears }) => hears.includes(said[0])))
        expect(await each.refusalOf(value), each.name).toBeUndefined();
    }),
    settings,
  );

test.each(saidIn(released))("%s of the last release is read today", (type, schema) => {
  readToday(released, [type, schema]);
});

test.each(saidIn(tree))("%s of today is read by the last release's reactions", async (type, schema) => {
  await readByTheLastRelease(tree, [type, schema]);
});

// biome-ignore lint/suspicious/noExplicitAny: a document is edited here.
type Json = Record<string, any>;
function planted(document: object, type: EventType, edit: (event: Json) => void) {
  const copy: Json = structuredClone(document);
  edit(copy.components.schemas[type]);
  return [copy, [type, copy.components.schemas[type]]] as const;
}

const harmless = ofEvents.filter(([, verdict, , base]) => verdict === "harmless" && base === undefined);

test.each(harmless.map((made) => [made[0], made[2]] as const))(
  "%s: the last release's reactions read it, as the gate says",
  async (_, edit) => {
    const documents = structuredClone(contractsOfTree()) as Documents;
    edit(documents);
    const before = new Map(saidIn(tree));
    const changed = saidIn(documents.asyncapi).filter(
      ([type, schema]) => before.has(type) && JSON.stringify(schema) !== JSON.stringify(before.get(type)),
    );
    for (const said of changed) await readByTheLastRelease(documents.asyncapi, said);
  },
);

test("a version that is read and not said yet is not asked of the last release", () => {
  const [copy] = planted(tree, "PaymentCaptured", () => {});
  const next = structuredClone(copy.components.schemas.PaymentCaptured);
  next.properties.version.const = 2;
  copy.components.schemas["PaymentCaptured@2"] = next;
  const versionSaid = () => propertiesOf(new Map(saidIn(copy)).get("PaymentCaptured") ?? {}).version?.const;
  expect(versionSaid()).toBe(2);
  copy.components.messages.PaymentCaptured["x-said-version"] = 1;
  expect(versionSaid()).toBe(1);
});

test("a field that the last release could leave out, and a value that today refuses, are found", () => {
  const optional = planted(released, "PaymentCaptured", (event) => event.properties.data.required.pop());
  expect(() => readToday(...optional)).toThrow();
  const wider = planted(released, "PaymentCaptured", (event) => {
    event.properties.data.properties.amount.maximum *= 2;
  });
  expect(() => readToday(...wider)).toThrow();
});

test("a field that is renamed today, and a value more, are found by the last release's reactions", async () => {
  const renamed = planted(tree, "PaymentCaptured", (event) => {
    const { properties, required } = event.properties.data;
    properties.total = properties.amount;
    delete properties.amount;
    required[required.indexOf("amount")] = "total";
  });
  await expect(readByTheLastRelease(...renamed)).rejects.toThrow();
  const value = planted(tree, "PaymentDeclined", (event) => {
    event.properties.data.properties.reason.enum.push("bored");
  });
  await expect(readByTheLastRelease(...value)).rejects.toThrow();
});
