// Refuses message attributes that SQS refuses (SQS guide, "Amazon SQS message metadata").
import { invalidParameter, unsupported } from "./errors.ts";
import type { Input } from "./input.ts";
import * as limits from "./limits.ts";
import type { MessageAttribute, MessageAttributes } from "./message.ts";

export function attributesIn({ MessageAttributes }: Input): MessageAttributes {
  const attributes = (MessageAttributes ?? {}) as MessageAttributes;
  const given = Object.entries(attributes);
  const { maximumAttributes } = limits.message;
  if (given.length > maximumAttributes) {
    const excess = `[${given.length}] exceeds the allowed maximum [${maximumAttributes}]`;
    throw invalidParameter(`Number of message attributes ${excess}.`);
  }
  for (const [name, attribute] of given) {
    checkName(name);
    checkType(name, attribute.DataType);
    checkValue(name, attribute);
  }
  return attributes;
}

/** The trace header is the only system attribute that a sender gives (SQS API reference, "SendMessage"). */
export function traceHeaderIn({ MessageSystemAttributes }: Input): string | undefined {
  const given = Object.entries((MessageSystemAttributes ?? {}) as MessageAttributes);
  for (const [name, attribute] of given) {
    if (name !== "AWSTraceHeader")
      throw invalidParameter(`Message system attribute name '${name}' is invalid.`);
    if (attribute.DataType !== "String")
      throw invalidParameter(`The type of message system attribute '${name}' must be String.`);
    checkValue(name, attribute);
  }
  return given[0]?.[1].StringValue;
}

/** Lists are reserved for later, and refuse a batch as a whole (SQS API, "MessageAttributeValue"). */
export function refuseLists(operation: string, { MessageAttributes, MessageSystemAttributes }: Input): void {
  for (const attributes of [MessageAttributes, MessageSystemAttributes]) {
    for (const value of Object.values((attributes ?? {}) as Record<string, Lists>)) {
      const lists = [value.StringListValues ?? [], value.BinaryListValues ?? []];
      if (lists.some(({ length }) => length > 0))
        throw unsupported(`Message attribute list values in ${operation} operation are not supported.`);
    }
  }
}

type Lists = {
  readonly StringListValues?: readonly unknown[];
  readonly BinaryListValues?: readonly unknown[];
};

function checkName(name: string): void {
  const { attributeName, maximumAttributeBytes, reservedName } = limits.message;
  if (Buffer.byteLength(name) > maximumAttributeBytes)
    throw invalidParameter("Message (user) attribute names must be shorter than 256 Bytes.");
  if (!attributeName.test(name)) {
    const allowed =
      "Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters.";
    throw invalidParameter(`The message attribute name '${name}' is invalid. ${allowed}`);
  }
  if (reservedName.test(name)) {
    const rule =
      "It may not begin with 'AWS.' or 'Amazon.', begin or end with a period, or have two periods in a row.";
    throw invalidParameter(`The message attribute name '${name}' is invalid. ${rule}`);
  }
}

function checkType(name: string, type: string | undefined): void {
  const { attributeType, forbiddenCharacter, maximumAttributeBytes } = limits.message;
  const isKnown = type !== undefined && attributeType.test(type) && !forbiddenCharacter.test(type);
  if (!isKnown || Buffer.byteLength(type) > maximumAttributeBytes) {
    const types = "You must use only the following supported type prefixes: Binary, Number, String.";
    throw invalidParameter(`The type of message (user) attribute '${name}' is invalid. ${types}`);
  }
}

function checkValue(name: string, { BinaryValue, DataType, StringValue }: MessageAttribute): void {
  const attribute = `message (user) attribute '${name}'`;
  const [type = ""] = DataType.split(".");
  const [value, other] = type === "Binary" ? [BinaryValue, StringValue] : [StringValue, BinaryValue];
  if (!value)
    throw invalidParameter(`M${attribute.slice(1)} must contain a non-empty value of type '${type}'.`);
  if (other !== undefined)
    throw invalidParameter(`M${attribute.slice(1)} must have a value of type '${type}' only.`);
  if (type !== "Binary" && limits.message.forbiddenCharacter.test(value))
    throw invalidParameter(`Invalid binary character was found in the value of ${attribute}.`);
  if (type === "Number" && !isNumber(value))
    throw invalidParameter(`Can't cast the value of ${attribute} to a number.`);
}

/** Up to 38 digits, from -10^128 to 10^126 (SQS guide, "Message attribute data types"). */
function isNumber(text: string): boolean {
  const [, digits = ""] = /^[+-]?(\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?$/.exec(text) ?? [];
  if (digits === "") return false;
  const significant = digits.replace(".", "").replace(/^0+|0+$/g, "");
  const value = Number(text);
  return significant.length <= 38 && value >= -1e128 && value <= 1e126;
}
