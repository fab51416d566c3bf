// Sixty changes of contracts that were made up, half of them harmless, each with its verdict.
import type { Verdict } from "../src/contracts/change.ts";

// biome-ignore lint/suspicious/noExplicitAny: documents of any shape are edited here.
type Json = Record<string, any>;
export type Documents = { asyncapi: Json; openapi: Json };
type Edit = (documents: Documents) => void;
/** `base` is made in both, where the contracts have nothing to change. */
export type MadeChange = readonly [name: string, verdict: Verdict, edit: Edit, base?: Edit];

const event = ({ asyncapi }: Documents, type: string): Json => asyncapi.components.schemas[type];
const dataOf = (documents: Documents, type: string): Json => event(documents, type).properties.data;
const exampleOf = ({ asyncapi }: Documents, type: string): Json =>
  asyncapi.components.messages[type].examples[0].payload.detail.data;
const body = ({ openapi }: Documents, name: string): Json => openapi.components.schemas[name];
const operation = ({ openapi }: Documents, path: string, method: string): Json => openapi.paths[path][method];
const newEvent = (documents: Documents, type: string, like: string) => {
  const copy = structuredClone(event(documents, like));
  copy.properties.type.const = type;
  documents.asyncapi.components.schemas[type] = copy;
};
const rename = (schema: Json, from: string, to: string) => {
  schema.properties[to] = schema.properties[from];
  delete schema.properties[from];
  schema.required = schema.required?.map((name: string) => (name === from ? to : name));
};
const unrequire = (schema: Json, name: string) => {
  schema.required = schema.required.filter((each: string) => each !== name);
};

export const ofEvents: readonly MadeChange[] = [
  [
    "an optional field is added",
    "harmless",
    (d) => Object.assign(dataOf(d, "OrderPlaced").properties, { giftNote: { type: "string" } }),
  ],
  [
    "an optional object is added",
    "harmless",
    (d) =>
      Object.assign(dataOf(d, "OrderConfirmed").properties, {
        tax: { type: "object", properties: { rate: { type: "integer" } }, required: ["rate"] },
      }),
  ],
  [
    "an optional field is added in a list's items",
    "harmless",
    (d) =>
      Object.assign(dataOf(d, "OrderPlaced").properties.lines.items.properties, {
        gift: { type: "boolean" },
      }),
  ],
  [
    "an optional field is added to the envelope",
    "harmless",
    (d) => Object.assign(event(d, "StockReserved").properties, { release: { type: "string" } }),
  ],
  ["an event is new", "harmless", (d) => newEvent(d, "ParcelBooked", "OrderConfirmed")],
  [
    "a field is described in other words",
    "harmless",
    (d) => {
      dataOf(d, "PaymentAborted").properties.held.description = "Money may be held.";
    },
  ],
  [
    "an amount is described in other words, in the same unit",
    "harmless",
    (d) => {
      dataOf(d, "OrderConfirmed").properties.amount.description = "Cents, or other minor units.";
    },
  ],
  [
    "an event is described in other words",
    "harmless",
    (d) => {
      event(d, "OrderPlaced").description = "There is an order.";
    },
  ],
  [
    "a pattern is written in another way",
    "harmless",
    (d) => {
      dataOf(d, "OrderPlaced").properties.currency.pattern = "^[A-Z][A-Z][A-Z]$";
    },
  ],
  [
    "an integer's bound is written as an exclusive one",
    "harmless",
    (d) => {
      const it = dataOf(d, "OrderConfirmed").properties.amount;
      delete it.minimum;
      it.exclusiveMinimum = -1;
    },
  ],
  [
    "the fields are in another order",
    "harmless",
    (d) => {
      const it = dataOf(d, "OrderPlaced");
      it.properties = Object.fromEntries(Object.entries(it.properties).reverse());
      it.required.reverse();
    },
  ],
  [
    "an enum's values are in another order",
    "harmless",
    (d) => dataOf(d, "OrderRejected").properties.reason.enum.reverse(),
  ],
  [
    "a text of the example is another",
    "harmless",
    (d) => {
      exampleOf(d, "OrderPlaced").lines[0].name = "Darjeeling";
    },
  ],
  [
    "a title is added",
    "harmless",
    (d) => {
      dataOf(d, "OrderPlaced").title = "The order";
    },
  ],
  [
    "a field is deprecated",
    "harmless",
    (d) => {
      dataOf(d, "OrderPlaced").properties.contact.deprecated = true;
    },
  ],
  [
    "a union's alternatives are in another order",
    "harmless",
    (d) => event(d, "OrderPlaced").properties.causationId.anyOf.reverse(),
  ],

  [
    "an enum has a value more",
    "ordered",
    (d) => dataOf(d, "OrderRejected").properties.reason.enum.push("bored"),
  ],
  [
    "a maximum is raised",
    "ordered",
    (d) => {
      dataOf(d, "OrderConfirmed").properties.amount.maximum = 999_999_999;
    },
  ],
  [
    "a text may be longer",
    "ordered",
    (d) => {
      dataOf(d, "OrderCancelRequested").properties.reason.maxLength = 1000;
    },
  ],
  [
    "a list may be longer",
    "ordered",
    (d) => {
      dataOf(d, "StockCommitted").properties.lines.maxItems = 100;
    },
  ],
  ["a required field is optional", "ordered", (d) => unrequire(dataOf(d, "PaymentAborted"), "held")],
  [
    "a field may be null",
    "ordered",
    (d) => {
      const it = dataOf(d, "OrderConfirmed").properties;
      it.amount = { anyOf: [it.amount, { type: "null" }] };
    },
  ],
  [
    "a pattern accepts more",
    "ordered",
    (d) => {
      dataOf(d, "OrderPlaced").properties.currency.pattern = "^[A-Z]{3,4}$";
    },
  ],
  [
    "a format is gone",
    "ordered",
    (d) => {
      const it = dataOf(d, "StockReserved").properties.reservedUntil;
      delete it.format;
    },
  ],
  [
    "an integer may be a fraction",
    "ordered",
    (d) => {
      dataOf(d, "OrderConfirmed").properties.amount.type = "number";
    },
  ],
  [
    "an optional field is gone",
    "ordered",
    (d) => {
      delete dataOf(d, "OrderRejected").properties.held;
    },
  ],

  ["a required field is renamed", "breaking", (d) => rename(dataOf(d, "OrderConfirmed"), "amount", "total")],
  [
    "a required field is added",
    "breaking",
    (d) => {
      const it = dataOf(d, "OrderPlaced");
      it.properties.country = { type: "string" };
      it.required.push("country");
    },
  ],
  ["an optional field is required", "breaking", (d) => dataOf(d, "OrderPlaced").required.push("placedBy")],
  [
    "a required field is gone",
    "breaking",
    (d) => {
      const it = dataOf(d, "PaymentDeclined");
      delete it.properties.code;
      unrequire(it, "code");
    },
  ],
  [
    "an event is gone that is heard",
    "breaking",
    ({ asyncapi }) => {
      delete asyncapi.components.schemas.PaymentAborted;
    },
  ],
  [
    "a text may be less long",
    "breaking",
    (d) => {
      dataOf(d, "OrderCancelRequested").properties.reason.maxLength = 20;
    },
  ],
  ["an enum has a value less", "breaking", (d) => dataOf(d, "OrderRejected").properties.reason.enum.pop()],
  [
    "a minimum is raised",
    "breaking",
    (d) => {
      dataOf(d, "OrderConfirmed").properties.amount.minimum = 1;
    },
  ],
  [
    "a pattern accepts other texts",
    "breaking",
    (d) => {
      dataOf(d, "OrderPlaced").properties.paymentMethod.pattern = "^card_[a-z]+$";
    },
  ],
  [
    "a number is a text",
    "breaking",
    (d) => {
      dataOf(d, "OrderConfirmed").properties.amount = { type: "string" };
    },
  ],
  [
    "an amount is in whole units",
    "breaking",
    (d) => {
      dataOf(d, "OrderConfirmed").properties.amount.description = "In whole units, such as euros.";
    },
  ],
  [
    "the example's amount is a hundredth",
    "breaking",
    (d) => {
      exampleOf(d, "PaymentCaptured").amount = 19.8;
    },
  ],
  [
    "unknown fields are refused",
    "breaking",
    (d) => {
      dataOf(d, "OrderPlaced").additionalProperties = false;
    },
  ],
  [
    "a default is another",
    "breaking",
    (d) => {
      dataOf(d, "OrderPlaced").properties.addressVerified.default = true;
    },
    (d) => {
      dataOf(d, "OrderPlaced").properties.addressVerified.default = false;
    },
  ],
  [
    "what is left out has a value",
    "breaking",
    (d) => {
      dataOf(d, "OrderPlaced").properties.addressVerified.default = false;
    },
  ],
  [
    "a required field may be left out, and has a default then",
    "ordered",
    (d) => {
      const it = dataOf(d, "PaymentAborted");
      unrequire(it, "held");
      it.properties.held.default = true;
    },
  ],
  [
    "a pattern cannot be compared",
    "breaking",
    (d) => {
      dataOf(d, "OrderPlaced").properties.currency.pattern = "^(?=E)[A-Z]{3}$";
    },
  ],
  [
    "a null is refused",
    "breaking",
    (d) => {
      const it = event(d, "OrderPlaced").properties;
      it.causationId = it.causationId.anyOf[0];
    },
  ],
  [
    "a format is another",
    "breaking",
    (d) => {
      dataOf(d, "StockReserved").properties.reservedUntil.format = "date";
    },
  ],
  [
    "a list's items are texts",
    "breaking",
    (d) => {
      dataOf(d, "StockReserved").properties.lines.items = { type: "string" };
    },
  ],
  [
    "another service says an event",
    "breaking",
    (d) => {
      event(d, "OrderConfirmed").properties.producer.const = "payment";
    },
  ],
];

const view = (documents: Documents) => body(documents, "OrderView");
const placing = (documents: Documents) => body(documents, "PlaceOrderRequest");
const scope = (name: string) => [{ bearerAuth: [name] }];

export const ofTheApi: readonly MadeChange[] = [
  [
    "a request may have a field more",
    "harmless",
    (d) => Object.assign(placing(d).properties, { giftNote: { type: "string" } }),
  ],
  ["a request's field may be left out", "harmless", (d) => unrequire(placing(d), "currency")],
  [
    "a request's number may be greater",
    "harmless",
    (d) => {
      placing(d).properties.lines.items.properties.quantity.maximum = 9999;
    },
  ],
  [
    "a request's field has a default",
    "harmless",
    (d) => {
      operation(d, "/orders", "get").parameters[0].schema.default = 20;
    },
  ],
  [
    "a request may have any field",
    "harmless",
    (d) => {
      delete placing(d).additionalProperties;
    },
  ],
  [
    "a query parameter is new and optional",
    "harmless",
    (d) =>
      operation(d, "/orders", "get").parameters.push({
        in: "query",
        name: "after",
        schema: { type: "string" },
      }),
  ],
  [
    "a query parameter's enum has a value more",
    "harmless",
    (d) => operation(d, "/orders", "get").parameters[2].schema.enum.push("HELD"),
  ],
  [
    "an answer has a field more",
    "harmless",
    (d) => {
      view(d).properties.weight = { type: "integer" };
      view(d).required.push("weight");
    },
  ],
  ["an answer's field is always there", "harmless", (d) => view(d).required.push("reason")],
  ["an answer's enum has a value less", "harmless", (d) => view(d).properties.status.enum.pop()],
  [
    "a timeline has an event more",
    "harmless",
    (d) => body(d, "TimelineEntry").properties.type.enum.push("ParcelBooked"),
  ],
  [
    "an operation is new",
    "harmless",
    (d) => {
      d.openapi.paths["/parcels"] = { get: operation(d, "/health", "get") };
    },
  ],
  [
    "an operation takes another scope, too",
    "harmless",
    (d) => {
      operation(d, "/orders", "post").security.push(...scope("orders:admin"));
    },
  ],
  [
    "a refusal is new",
    "harmless",
    (d) => {
      const it = operation(d, "/health", "get").responses;
      it[404] = operation(d, "/orders/{orderId}", "get").responses[404];
    },
  ],
  [
    "a problem is new",
    "harmless",
    (d) => {
      operation(d, "/orders", "post").responses[409].content["application/problem+json"].examples[
        "sold-out"
      ] = {};
    },
  ],
  [
    "an answer has a header more",
    "harmless",
    (d) => {
      operation(d, "/orders", "get").responses[200].headers = { ETag: {} };
    },
  ],
  [
    "an operation is deprecated",
    "harmless",
    (d) => {
      operation(d, "/orders", "get").deprecated = true;
    },
  ],

  ["an answer's enum has a value more", "ordered", (d) => view(d).properties.status.enum.push("HELD")],
  ["an answer's field may be left out", "ordered", (d) => unrequire(view(d), "lines")],
  [
    "a deprecated operation is gone",
    "ordered",
    (d) => {
      delete d.openapi.paths["/orders"].get;
    },
    (d) => {
      operation(d, "/orders", "get").deprecated = true;
    },
  ],

  ["a request's field is renamed", "breaking", (d) => rename(placing(d), "currency", "currencyCode")],
  [
    "a request needs a field more",
    "breaking",
    (d) => {
      placing(d).properties.country = { type: "string" };
      placing(d).required.push("country");
    },
  ],
  ["a request's optional field is required", "breaking", (d) => placing(d).required.push("expectedTotal")],
  [
    "a request's number may be less great",
    "breaking",
    (d) => {
      placing(d).properties.lines.items.properties.quantity.maximum = 10;
    },
  ],
  [
    "a request's alternative is gone",
    "breaking",
    (d) =>
      operation(d, "/orders/{orderId}/refunds", "post").requestBody.content[
        "application/json"
      ].schema.anyOf.pop(),
  ],
  ["a query parameter is gone", "breaking", (d) => operation(d, "/orders", "get").parameters.pop()],
  [
    "a header is required",
    "breaking",
    (d) => {
      operation(d, "/orders/{orderId}", "get").parameters.find(
        (each: Json) => each.in === "header",
      ).required = true;
    },
  ],
  [
    "an answer's field is gone",
    "breaking",
    (d) => {
      delete view(d).properties.lines;
      unrequire(view(d), "lines");
    },
  ],
  [
    "an answer's number is a text",
    "breaking",
    (d) => {
      view(d).properties.amount = { type: "string" };
    },
  ],
  [
    "an answer's amount is in whole units",
    "breaking",
    (d) => {
      view(d).properties.amount.description = "In euros.";
    },
  ],
  [
    "an answer's example is in whole units",
    "breaking",
    (d) => {
      operation(d, "/orders/{orderId}", "get").responses[200].content["application/json"].example.amount =
        19.8;
    },
  ],
  [
    "an operation is gone",
    "breaking",
    (d) => {
      delete d.openapi.paths["/orders"].get;
    },
  ],
  [
    "an operation needs another scope",
    "breaking",
    (d) => {
      operation(d, "/orders", "post").security = scope("orders:admin");
    },
  ],
  [
    "an open operation needs a scope",
    "breaking",
    (d) => {
      operation(d, "/products", "get").security = scope("catalogue:read");
    },
  ],
  [
    "an accepted order is answered by another status",
    "breaking",
    (d) => {
      const it = operation(d, "/orders", "post").responses;
      it[201] = it[202];
      delete it[202];
    },
  ],
  [
    "a problem is renamed",
    "breaking",
    (d) => {
      const it = operation(d, "/orders", "post").responses[409].content["application/problem+json"].examples;
      it["price-moved"] = it["price-changed"];
      delete it["price-changed"];
    },
  ],
  [
    "an answer's header is gone",
    "breaking",
    (d) => {
      delete operation(d, "/orders/{orderId}", "get").responses[200].headers.ETag;
    },
  ],
];
