// Digests and sizes of messages.
import { expect, test } from "vitest";
import { md5OfAttributes, sizeOf } from "./message.ts";

test("the digest of attributes is that of SQS", () => {
  const timestamp = { DataType: "Number", StringValue: "1493147359900" };
  expect(md5OfAttributes({ timestamp })).toBe("235c5c510d26fb653d073faed50ae77c");
  expect(md5OfAttributes({})).toBeUndefined();
});

test("the order of attributes does not change their digest", () => {
  const a = { DataType: "String", StringValue: "déjà vu" };
  const b = { DataType: "Binary", BinaryValue: "AP8B" };
  expect(md5OfAttributes({ a, b })).toBe(md5OfAttributes({ b, a }));
});

test("a message's size is that of its body and of each attribute's name, type and value", () => {
  expect(sizeOf("é", { a: { DataType: "String", StringValue: "bc" } })).toBe(2 + "aStringbc".length);
});
