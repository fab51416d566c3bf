// What an operation answers, before it is written to the wire.
import { randomBytes } from "node:crypto";
import type { S3Error } from "./errors.ts";
import { document, element, XML_HEAD, type Xml } from "./xml.ts";

export type S3Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
};

export const empty = (status: number, headers: S3Answer["headers"] = {}): S3Answer => ({
  status,
  headers,
  body: "",
});

export const xml = (name: string, content: Xml, status = 200): S3Answer => ({
  status,
  headers: { "content-type": "application/xml" },
  body: document(name, content),
});

export function refused(error: S3Error, resource: string, requestId: string): S3Answer {
  const { code, details, headers, message, status } = error;
  const fields = { Code: code, Message: message, ...details, Resource: resource, RequestId: requestId };
  const type = { "content-type": "application/xml" };
  return { status, headers: { ...headers, ...type }, body: XML_HEAD + element("Error", fields) };
}

export const newRequestId = () => randomBytes(8).toString("hex").toUpperCase();
