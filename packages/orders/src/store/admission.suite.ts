// What every store of gauges and turns does; the in-memory one and DynamoDB's both pass it.
import { expect, test } from "vitest";
import { type Gauge, newGauge } from "../admission/gauge.ts";
import type { GaugeStore, TurnStore } from "../admission/ports.ts";
import { orderIdOf } from "../testing.ts";

const gauge: Gauge = {
  points: [{ at: 1_800_000_000_000, decided: 7 }],
  since: 1_799_999_000_000,
  decided: 12,
  left: 1,
  middle: 1_799_999_500_000,
  admitted: 41,
  line: 1_800_000_123_456.25,
  slip: 1234.5,
  taken: 0.123,
  stuck: { since: 1, at: 2 },
};

/** `create` gives stores over a table in which nothing of the kind lies yet. */
export function admissionStoreSuite(create: () => { gauges: GaugeStore; turns: TurnStore }): void {
  test("gauges: none at first, then those of the last version, number by number; an older one is lost", async () => {
    const { gauges } = create();
    expect(await gauges.load()).toEqual({ version: 0, of: {} });
    const of = { payment: gauge, "stock TEA-EARL-GREY": newGauge };
    expect(await gauges.save({ version: 1, of })).toBe("written");
    expect(await gauges.load()).toEqual({ version: 1, of });
    expect(await gauges.save({ version: 1, of: {} })).toBe("lost");
    expect(await gauges.save({ version: 3, of: {} })).toBe("lost");
    expect(await gauges.save({ version: 2, of: {} })).toBe("written");
    expect(await gauges.load()).toEqual({ version: 2, of: {} });
  });

  test("a turn is its order's alone, the last that was given; another of the same digits takes its place", async () => {
    const { turns } = create();
    const [first, other, same] = [orderIdOf(1), orderIdOf(2), orderIdOf(1 + 0x10_0000)] as const;
    expect(await turns.load(first)).toBeUndefined();
    await turns.save(first, 1000);
    await turns.save(first, 2000);
    expect([await turns.load(first), await turns.load(other), await turns.load(same)]).toEqual([
      2000,
      undefined,
      undefined,
    ]);
    await turns.save(same, 3000);
    expect([await turns.load(first), await turns.load(same)]).toEqual([undefined, 3000]);
  });
}
