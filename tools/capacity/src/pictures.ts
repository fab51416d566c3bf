// The pictures of docs/capacity.md: every limit on a logarithmic axis, one product, and regions.
import { colours, linePicture, logBarPicture } from "@order-saga/bench/picture";
import { quotaIn, quotas, regions } from "@order-saga/stacks/quotas";
import { constants, ordersOfProduct } from "./constants.ts";
import { limitsOf } from "./limits.ts";
import { load } from "./measured.ts";
import { number } from "./report.ts";

const axis = (from: number, to: number, says = "orders a second") => ({
  from,
  to,
  ticks: Array.from({ length: Math.round(Math.log10(to / from)) + 1 }, (_, power) => from * 10 ** power),
  format: number,
  says,
});

/** SVG by file name. */
export function pictures(): Record<string, string> {
  return {
    limits: limitsPicture(),
    "one-product": productPicture(),
    regions: regionsPicture(),
  };
}

function limitsPicture(): string {
  const groups = limitsOf({ region: "eu-west-1", skus: 1000 }).map(({ cured, name, ordersPerSecond }) => ({
    label: name,
    values: [ordersPerSecond, cured],
  }));
  const series = [
    { name: "a stage without settings, with AWS's, Stripe's and SES's defaults", colour: colours[0] },
    { name: "with its cure; to the edge: as much as one is given", colour: colours[1] },
  ];
  return logBarPicture(
    "eu-west-1, a thousand products: where each limit is reached",
    series,
    groups,
    axis(0.1, 100_000),
  );
}

function productPicture(): string {
  const { mostBuckets, unitsOfAReservation } = constants;
  const byItem = quotas.partitionWrites.value / unitsOfAReservation.value;
  return linePicture(
    "One product: orders a second by buckets of its stock",
    [
      {
        name: "transactions collide, and ten batches are full",
        colour: colours[0],
        at: ordersOfProduct,
      },
      {
        name: `writes of an item: ${byItem} of each bucket`,
        colour: colours[1],
        at: (buckets) => byItem * buckets,
        dashed: true,
      },
      {
        name: "the product's price is read",
        colour: colours[4],
        at: () => quotas.partitionReads.value,
        dashed: true,
      },
    ],
    {
      from: 1,
      to: mostBuckets.value,
      ticks: [1, 2, 4, 8, 16, 32],
      format: String,
      says: "buckets (PUT /stock/{sku})",
    },
    { from: 10, to: 10_000, ticks: [10, 100, 1000, 10_000], format: number, says: "orders a second" },
  );
}

/** What the bus of a region takes, of orders: the smaller of its two quotas. */
export const busOrders = (region: string) => ({
  putEvents: quotaIn("putEvents", region) / load.operations.events,
  deliveries: quotaIn("deliveries", region) / load.operations.deliveries,
});

/** Regions by what their bus takes, the largest first. */
export function regionGroups(): { names: string[]; putEvents: number; deliveries: number }[] {
  const groups = new Map<string, { names: string[]; putEvents: number; deliveries: number }>();
  for (const name of regions) {
    const orders = busOrders(name);
    const key = `${orders.putEvents} ${orders.deliveries}`;
    groups.set(key, { ...orders, names: [...(groups.get(key)?.names ?? []), name] });
  }
  return [...groups.values()].sort((a, b) => b.putEvents - a.putEvents);
}

function regionsPicture(): string {
  const groups = regionGroups().map(({ deliveries, names: [first = "", ...rest], putEvents }) => ({
    label: rest.length > 0 ? `${first} and ${rest.length} more` : first,
    values: [putEvents, deliveries],
  }));
  const series = [
    { name: "requests of PutEvents", colour: colours[0] },
    { name: "deliveries to queues", colour: colours[3] },
  ];
  return logBarPicture("What the bus of a region takes by default", series, groups, axis(10, 10_000));
}
