// The port to the record of an order's mails.
import type { Notification } from "../notification.ts";

export type NotificationStore = {
  /** Strongly consistent. */
  load(orderId: string): Promise<Notification | undefined>;
  /**
   * Writes the record if nobody has written it since it was read, and returns it with its new version;
   * undefined if another writer was first.
   */
  save(notification: Notification): Promise<Notification | undefined>;
};
