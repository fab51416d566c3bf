// The bill as pictures for docs/performance.md.
import { barPicture, colours, linePicture } from "../picture.ts";
import { billOf, containerMonth, total } from "./bill.ts";
import { peersOf, perMillion } from "./peers.ts";
import { type Measurements, savings } from "./report.ts";

/** SVG by file name. */
export function pictures(measured: Measurements): Record<string, string> {
  const { confirmed } = measured.endings;
  const one = [{ name: "dollars per million orders, without mail", colour: colours[0] }];
  const format = (value: number) => value.toFixed(2);
  const peers = peersOf(confirmed);
  const own = total(billOf(confirmed));
  const least = (savings(measured).at(-1)?.[1] ?? 0) / 1e6;
  return {
    "cost-of-a-confirmed-order": barPicture(
      "What a confirmed order of one line costs",
      one,
      Object.entries(billOf(confirmed)).map(([label, value]) => ({ label, values: [value * 1e6] })),
      format,
    ),
    "cost-by-ending": barPicture(
      "What every ending costs",
      one,
      Object.entries(measured.endings).map(([label, each]) => ({
        label,
        values: [perMillion(billOf(each))],
      })),
      format,
    ),
    "cost-by-volume": linePicture(
      "A month, by orders a month",
      [
        { name: "this saga", colour: colours[0], at: (orders) => own * orders },
        {
          name: "with batches and one log in ten",
          colour: colours[0],
          at: (orders) => least * orders,
          dashed: true,
        },
        ...peers.map(({ bill, name }, index) => ({
          name,
          colour: colours[index === 0 ? 4 : 3],
          at: (orders: number) => total(bill) * orders,
        })),
        { name: "always-on containers", colour: colours[2], at: containerMonth },
      ],
      {
        from: 1e4,
        to: 1e8,
        ticks: [1e4, 1e5, 1e6, 1e7, 1e8],
        format: (value) => value.toLocaleString("en"),
        says: "confirmed orders a month",
      },
      {
        from: 1,
        to: 30_000,
        ticks: [1, 10, 100, 1000, 10_000],
        format: (value) => value.toLocaleString("en"),
        says: "dollars, without mail",
      },
    ),
  };
}
