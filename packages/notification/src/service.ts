// What notification hears, stores and needs: one reaction that mails the customer, and says nothing.
import { reactionManifest, type ServiceManifest } from "@order-saga/messaging";

export const notifyCustomer = reactionManifest({
  name: "notify-customer",
  hears: ["OrderPlaced", "OrderConfirmed", "OrderRejected", "OrderCancelled", "BulkPlaced", "BulkCompleted"],
  // The orders of a bulk send no mails of their own: one about the bulk has the sum.
  having: { bulkId: false },
  environment: ["MAIL_FROM", "CONFIGURATION_SET"],
  mail: true,
});

export const notification: ServiceManifest = {
  name: "notification",
  table: { record: "NOTE#*", indexes: {} },
  reactions: [notifyCustomer],
  schedules: [],
  routes: [],
  settings: {
    /** A mailbox whose domain is verified with SES. */
    MAIL_FROM: "Tea Shop <shop@example.com>",
    /** An SES configuration set for bounce and complaint events; empty for none. */
    CONFIGURATION_SET: "",
  },
  secrets: [],
};
