// A sealed recipient in the record of who ordered, which names the customer already: 40 bytes less.
import type { Recipient } from "@order-saga/contracts";
import { customerOf } from "./sealing.ts";

const prefixOf = (principal: string) => `v1.${customerOf(principal)}`;

/**
 * `to` in the place of `personal` and `addressVerified`: `+` or `-` for whether the address is verified, and
 * what was sealed without its customer.
 */
export function compactRecipient(principal: string, data: object & Recipient): object {
  const { addressVerified, personal } = data;
  const prefix = prefixOf(principal);
  if (addressVerified === undefined || !personal?.startsWith(prefix)) return data;
  const to = `${addressVerified ? "+" : "-"}${personal.slice(prefix.length)}`;
  return replaced(data, (name, value) => {
    if (name === "addressVerified") return [];
    return name === "personal" ? [["to", to]] : [[name, value]];
  });
}

/** As it was before, field by field in its place. */
export function wholeRecipient(principal: string, data: object): object & Recipient {
  return replaced(data, (name, value) => {
    if (name !== "to" || typeof value !== "string") return [[name, value]];
    const personal = `${prefixOf(principal)}${value.slice(1)}`;
    return [
      ["personal", personal],
      ["addressVerified", value.startsWith("+")],
    ];
  });
}

type Fields = [name: string, value: unknown][];

const replaced = (data: object, by: (name: string, value: unknown) => Fields): object =>
  Object.fromEntries(Object.entries(data).flatMap(([name, value]) => by(name, value)));
