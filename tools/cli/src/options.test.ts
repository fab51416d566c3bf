import { parse, UsageError } from "@order-saga/arguments";
import { expect, test } from "vitest";
import { runtimeOptions, startDeclaration } from "./options.ts";

const parseOptions = (args: string[], environment: Record<string, string>) =>
  runtimeOptions(parse(startDeclaration, args, environment).values);

test("without flags: the documented ports, state in .data", () => {
  expect(parseOptions([], {})).toEqual({ port: 3000, awsPort: 4566, data: ".data", watch: true });
});

test("flags win over the environment, and memory means no folder", () => {
  const environment = { PORT: "4000", AWS_PORT: "5000", ORDER_SAGA_DATA: "elsewhere" };
  expect(parseOptions([], environment)).toEqual({
    port: 4000,
    awsPort: 5000,
    data: "elsewhere",
    watch: true,
  });
  expect(parseOptions(["--port", "0", "--aws-port=0", "--data", "memory"], environment)).toEqual({
    port: 0,
    awsPort: 0,
    data: undefined,
    watch: true,
  });
});

test("quotas are settings of the services, and off unless they are given", () => {
  expect(parseOptions([], {})).not.toHaveProperty("settings");
  const args = ["--orders-per-customer", "5", "--quota-seconds=60"];
  expect(parseOptions(args, { MAILS_PER_CUSTOMER: "9" }).settings).toEqual({
    ORDERS_PER_CUSTOMER: "5",
    MAILS_PER_CUSTOMER: "9",
    QUOTA_SECONDS: "60",
  });
  expect(() => parseOptions(["--orders-per-customer", "-1"], {})).toThrow("orders-per-customer");
});

test("--no-watch leaves the code as it was at the start", () => {
  expect(parseOptions(["--no-watch"], {}).watch).toBe(false);
});

test("a worker takes some reactions, or all; neither goes with another endpoint", () => {
  expect(parseOptions(["--worker", "reserve-stock,commit-stock"], {}).worker).toEqual([
    "reserve-stock",
    "commit-stock",
  ]);
  expect(parseOptions(["--without", "all"], {}).without).toBe("all");
  for (const option of ["--worker", "--without"])
    expect(() => parseOptions([option, "all", "--endpoint", "aws"], {})).toThrow("so not with --endpoint");
});

test("names of this machine are a list of names, and no addresses", () => {
  expect(parseOptions(["--allow-host", "shop.example,laptop"], {}).hostNames).toEqual([
    "shop.example",
    "laptop",
  ]);
  expect(() => parseOptions(["--allow-host", "https://shop.example"], {})).toThrow(
    "names such as shop.example",
  );
});

test("--wire leaves nothing of AWS's clients out", () => {
  expect(parseOptions(["--wire"], {}).wire).toBe(true);
});

test("another endpoint has a folder of its own, any port for its stand-ins, and a prefix", () => {
  expect(parseOptions(["--endpoint", "http://localhost:4566"], {})).toEqual({
    port: 3000,
    awsPort: 0,
    data: ".data-endpoint",
    watch: true,
    remote: { endpoint: "http://localhost:4566", prefix: "laptop-", provision: true },
  });
  expect(parseOptions(["--endpoint", "aws", "--no-provision", "--prefix", "ada-"], {}).remote).toEqual({
    endpoint: "aws",
    prefix: "ada-",
    provision: false,
  });
});

test("a bare -- from the package manager is passed over", () => {
  expect(parseOptions(["--", "--port", "1"], {}).port).toBe(1);
});

test.each([
  ["--port", "http"],
  ["--port", "65536"],
  ["--aws-port", "-1"],
  ["--unknown"],
  ["word"],
  ["--data", ""],
  ["--endpoint", "localhost:4566"],
  ["--endpoint", "http://user:secret@localhost:4566"],
  ["--endpoint", "http://localhost:4566/path"],
  ["--endpoint", ""],
  ["--prefix", "ada-"],
  ["--no-provision"],
  ["--endpoint", "aws", "--prefix", "Ada-"],
  ["--endpoint", "aws", "--prefix", "ada"],
  ["--endpoint", "aws", "--prefix", "order-saga-"],
])("bad words are refused with the flag's name: %s %s", (...args) => {
  expect(() => parseOptions(args, {})).toThrow(UsageError);
});

test("receivers of webhooks are settings, each with a name", () => {
  const settings = (...args: string[]) => parseOptions(args, {}).settings?.WEBHOOK_ENDPOINTS;
  expect(settings()).toBeUndefined();
  expect(settings("--webhook", "http://localhost:8080/hooks")).toBe("receiver=http://localhost:8080/hooks");
  expect(settings("--webhook", "shop=http://localhost:1/,https://erp.example/a=b")).toBe(
    "shop=http://localhost:1/,receiver-2=https://erp.example/a=b",
  );
});

test.each([
  "http://shop.example/",
  "ftp://localhost/",
  "https://localhost/,https://",
  "shop=http://10.0.0.1/",
])("the receiver %s is refused", (url) => {
  expect(() => parseOptions(["--webhook", url], {})).toThrow("--webhook");
});
