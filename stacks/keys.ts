// The customers' keys: a customer whose key is deleted is forgotten in all that was sealed with it.
import { KEYS_TABLE } from "@order-saga/messaging/personal-data/table";
import { logicalName } from "./naming.ts";
import type { Settings } from "./settings.ts";

/**
 * No earlier state, copy or stream of it is kept, and it is in no backup: each would keep a key that was
 * deleted. What is lost with it is every customer's contact, and no order.
 */
export function createKeys({ production }: Pick<Settings, "production">): sst.aws.Dynamo {
  return new sst.aws.Dynamo(logicalName(KEYS_TABLE), {
    fields: { pk: "string", sk: "string" },
    primaryIndex: { hashKey: "pk", rangeKey: "sk" },
    deletionProtection: production,
    transform: {
      table: (args, options) => {
        // Explicit, because SST turns it on.
        args.pointInTimeRecovery = { enabled: false };
        args.serverSideEncryption = { enabled: true };
        // As in table.ts.
        options.ignoreChanges = ["warmThroughput"];
        return undefined;
      },
    },
  });
}
