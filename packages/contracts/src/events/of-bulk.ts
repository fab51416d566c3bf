// On what is said of an order that came with a bulk; a rule's pattern asks whether `bulkId` is there.
import * as z from "zod/mini";
import { BulkId } from "../ids.ts";

/** A row of a bulk, from 0 in the order of the request. */
export const BulkRow = z.int().check(z.gte(0), z.lte(499));

export const ofBulk = {
  bulkId: z.optional(BulkId.check(z.describe("The bulk that the order came with."))),
  bulkRow: z.optional(BulkRow.check(z.describe("Its row in the bulk, from 0."))),
};
export type OfBulk = { readonly bulkId?: string; readonly bulkRow?: number };
