// The provider knows the routes and parameters that Stripe's official client knows, and no others.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { shapes } from "../src/payments/parameters.ts";
import { unservedRoutes } from "../src/payments/unserved-routes.ts";

const folder = createRequire(import.meta.url)
  .resolve("stripe")
  .replace(/(cjs|esm)\/.*$/, "esm/resources/");

test("a route is known here exactly if the official client has it", () => {
  const resources = [
    "PaymentIntents",
    "Refunds",
    "Charges",
    "Disputes",
    "Events",
    "Customers",
    "PaymentMethods",
  ];
  const theirs = resources.flatMap((resource) =>
    [
      ...readFileSync(`${folder}${resource}.js`, "utf8").matchAll(
        /_makeRequest\('(\w+)', .\/v1\/(.+?)[`'],/g,
      ),
    ].map(([, method, path = ""]) => `${method} ${path.replaceAll(/\$\{[^}]+\}/g, "id")}`),
  );
  const ours = [...Object.keys(shapes), ...unservedRoutes];
  expect(ours.toSorted()).toEqual(theirs.toSorted());
});

test("a parameter is known here exactly if the official client's types have it", () => {
  const namesIn = (file: string, type: string) => {
    const text = readFileSync(`${folder}${file}.d.ts`, "utf8");
    const body = new RegExp(`^export interface ${type} [^]*?^}`, "m").exec(text)?.[0] ?? "";
    const paging = body.includes("PaginationParams") ? ["limit", "starting_after", "ending_before"] : [];
    return [...body.matchAll(/^ {4}(\w+)\??:/gm)].map(([, name = ""]) => name).concat(paging);
  };
  const types: Record<string, [string, string]> = {
    "POST payment_intents": ["PaymentIntents", "PaymentIntentCreateParams"],
    "GET payment_intents": ["PaymentIntents", "PaymentIntentListParams"],
    "GET payment_intents/search": ["PaymentIntents", "PaymentIntentSearchParams"],
    "GET payment_intents/id": ["PaymentIntents", "PaymentIntentRetrieveParams"],
    "POST payment_intents/id/confirm": ["PaymentIntents", "PaymentIntentConfirmParams"],
    "POST payment_intents/id/capture": ["PaymentIntents", "PaymentIntentCaptureParams"],
    "POST payment_intents/id/cancel": ["PaymentIntents", "PaymentIntentCancelParams"],
    "POST payment_intents/id": ["PaymentIntents", "PaymentIntentUpdateParams"],
    "POST refunds": ["Refunds", "RefundCreateParams"],
    "POST refunds/id": ["Refunds", "RefundUpdateParams"],
    "POST refunds/id/cancel": ["Refunds", "RefundCancelParams"],
    "GET refunds/id": ["Refunds", "RefundRetrieveParams"],
    "GET disputes/id": ["Disputes", "DisputeRetrieveParams"],
    "POST disputes/id": ["Disputes", "DisputeUpdateParams"],
    "POST disputes/id/close": ["Disputes", "DisputeCloseParams"],
    "GET charges": ["Charges", "ChargeListParams"],
    "GET charges/id": ["Charges", "ChargeRetrieveParams"],
    "GET events/id": ["Events", "EventRetrieveParams"],
    "POST customers": ["Customers", "CustomerCreateParams"],
    "POST customers/id": ["Customers", "CustomerUpdateParams"],
    "GET customers": ["Customers", "CustomerListParams"],
    "GET customers/id": ["Customers", "CustomerRetrieveParams"],
    "POST payment_methods": ["PaymentMethods", "PaymentMethodCreateParams"],
    "GET payment_methods": ["PaymentMethods", "PaymentMethodListParams"],
    "GET payment_methods/id": ["PaymentMethods", "PaymentMethodRetrieveParams"],
    "POST payment_methods/id/attach": ["PaymentMethods", "PaymentMethodAttachParams"],
    "POST payment_methods/id/detach": ["PaymentMethods", "PaymentMethodDetachParams"],
    "GET refunds": ["Refunds", "RefundListParams"],
    "GET disputes": ["Disputes", "DisputeListParams"],
    "GET events": ["Events", "EventListParams"],
  };
  for (const [route, [file, type]] of Object.entries(types)) {
    const { takes = {}, unserved = [] } = shapes[route] ?? {};
    const known = [...Object.keys(takes), ...unserved].toSorted();
    expect([route, known]).toEqual([route, namesIn(file, type).toSorted()]);
  }
});
