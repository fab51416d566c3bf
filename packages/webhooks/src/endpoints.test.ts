// A stage's setting names its endpoints; whatever is wrong with one is said before anything is deployed.
import { expect, test } from "vitest";
import { readEndpoints, readSecrets } from "./endpoints.ts";

test("endpoints are read by name, and an empty setting has none", () => {
  expect(readEndpoints("shop=https://shop.example.com/hooks?a=b, erp=https://erp.example.com")).toEqual([
    { name: "shop", url: "https://shop.example.com/hooks?a=b" },
    { name: "erp", url: "https://erp.example.com/" },
  ]);
  expect(readEndpoints("")).toEqual([]);
});

test("an endpoint may choose what it is told", () => {
  const [shop, erp] = readEndpoints(
    "shop=https://shop.example/;events=order.confirmed+order.rejected,erp=https://erp.example/",
  );
  expect(shop).toEqual({
    name: "shop",
    url: "https://shop.example/",
    events: ["order.confirmed", "order.rejected"],
  });
  expect(erp).not.toHaveProperty("events");
});

test.each([
  ["https://shop.example.com", "is no name of an endpoint"],
  ["Shop=https://shop.example.com", "is no name of an endpoint"],
  ["shop", "has no URL"],
  ["shop=shop.example.com", "has no URL"],
  ["shop=http://shop.example.com", "must have an https URL"],
  ["shop=https://shop.example.com:8443", "must be reached by port 443"],
  ["shop=https://me:secret@shop.example.com", "must have no credentials"],
  ["shop=https://shop.example.com/#top", "must have no fragment"],
  ["shop=https://localhost/", "must have a public address"],
  ["shop=https://0x7f.1/", "must have a public address"],
  ["shop=https://a.example;events=OrderConfirmed", 'cannot be told of "OrderConfirmed"; write ;events= and'],
  ["shop=https://a.example;events=", 'cannot be told of ""'],
  [
    "shop=https://a.example;events=order.confirmed,order.rejected",
    "before order.rejected write + and no comma",
  ],
  ["shop=https://a.example,shop=https://b.example", "is named twice"],
  [Array.from({ length: 11 }, (_, n) => `e${n}=https://e.example`).join(), "more than 10"],
])("%s is refused", (text, complaint) => {
  expect(() => readEndpoints(text)).toThrow(complaint);
});

test("a laptop's endpoint may be on the laptop, by http and any port, and nowhere else so", () => {
  for (const url of ["http://localhost:8080/hooks", "http://127.0.0.1:1/", "http://[::1]:1/"])
    expect(readEndpoints(`shop=${url}`, "loopback")).toHaveLength(1);
  expect(() => readEndpoints("shop=http://192.168.1.2/", "loopback")).toThrow("https");
});

test("an endpoint may have several secrets, the newest first", () => {
  const secrets = readSecrets("shop=whsec_new==,erp=whsec_a=,shop=whsec_old==");
  expect(secrets.get("shop")).toEqual(["whsec_new==", "whsec_old=="]);
  expect(secrets.get("erp")).toEqual(["whsec_a="]);
});
