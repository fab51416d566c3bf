// An event as the catalogue shows it.
import type { EventType } from "@order-saga/contracts/events/index";

/** A function of a service, with its file. */
export type Speaker = { name: string; service: string; file: string };

export type CatalogueEntry = {
  type: EventType;
  producer: string;
  layer: number;
  words: string;
  /** The newest. */
  version: number;
  /** The version before, while it is read. */
  before?: { version: number; schema: object; isSaid: boolean };
  schema: { $id?: string; description?: string };
  example: unknown;
  says: Speaker[];
  hears: Speaker[];
  /** Such as `packages/contracts/src/events/orders.ts:95`. */
  definedAt: string;
};
