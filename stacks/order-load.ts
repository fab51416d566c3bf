// What one confirmed order of one line asks of what has a quota; tools/capacity measures it.

type ByService = Readonly<Record<string, number>>;

export const orderLoad = {
  /** Requests of PutEvents: at most one an event. */
  events: 6,
  /** Events that the bus sends to a queue. */
  deliveries: 10,
  /** Write units of each table, of a customer's first order; and of the index that is written most. */
  writes: { orders: 5.2, inventory: 8, payment: 4.05, notification: 4, keys: 1 } as ByService,
  indexWrites: { orders: 2.2, inventory: 2, payment: 2 } as ByService,
} as const;
