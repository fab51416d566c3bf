// What every store of waiting requests' places does; the in-memory one and DynamoDB's both pass it.
import { expect, test } from "vitest";
import type { WaitPlaces } from "../waiting.ts";

export function waitPlacesSuite(create: () => WaitPlaces): void {
  test("a place is one request's until it is freed, and another's then", async () => {
    const places = create();
    expect(await places.take(1, 2000, 1000)).toBe(true);
    expect([await places.take(1, 3000, 1500), await places.take(2, 3000, 1500)]).toEqual([false, true]);
    await places.free(1, 2000);
    expect(await places.take(1, 4000, 1600)).toBe(true);
  });

  test("a place whose request died is free when its time is over, and only its holder frees it", async () => {
    const places = create();
    expect(await places.take(7, 2000, 1000)).toBe(true);
    expect(await places.take(7, 3000, 2000)).toBe(true);
    await places.free(7, 2000);
    expect(await places.take(7, 4000, 2500)).toBe(false);
  });

  test("of two that come at once one has the place", async () => {
    const places = create();
    const both = await Promise.all([places.take(3, 2000, 1000), places.take(3, 2001, 1000)]);
    expect(both.sort()).toEqual([false, true]);
  });
}
