// Cascades that shops know: each keeps to its budget of attempts, heals in time and loses nothing.
import { services } from "@order-saga/services";
import { expect, test } from "vitest";
import { healBoundMilliseconds } from "../src/cascade/heal-bound.ts";
import { pictureOf } from "../src/cascade/picture.ts";
import { presets } from "../src/cascade/presets.ts";
import { amplificationOf, cascadeOf } from "../src/cascade/radius.ts";
import { sentenceOf } from "../src/cascade/sentence.ts";
import { runTwins } from "../src/cascade/twin.ts";
import { shippedFunctions } from "../src/testing.ts";

for (const preset of presets) {
  test(`${preset.name} heals within its bounds`, async () => {
    const first = await shippedFunctions();
    const twins = await runTwins(preset.plan, { first, second: first });
    const cascade = cascadeOf(twins);
    const { closure, disagreements, healedAt, until } = cascade;
    expect(twins.struck.trace.met.size).toBeGreaterThan(0);
    expect({ disagreements, unexplained: closure.unexplained }).toEqual({
      disagreements: [],
      unexplained: [],
    });
    expect(healedAt - until).toBeLessThanOrEqual(healBoundMilliseconds(services));
    const { struck } = amplificationOf(twins);
    expect(struck).toBeLessThanOrEqual(preset.attemptsPerOrder);
    // A budget that is never nearly used holds nothing.
    expect(struck).toBeGreaterThan(preset.attemptsPerOrder - 1);
    const sentence = sentenceOf(cascade, preset.title);
    expect(sentence).toMatch(/nothing lost|absorbed/);
    const picture = pictureOf(cascade, preset);
    for (const part of ["Where it went", "When it happened", preset.lesson.slice(0, 30)])
      expect(picture).toContain(part);
  });
}

test("the sentence counts orders, units and money, and says when all was well", async () => {
  const first = await shippedFunctions();
  const [down] = presets;
  if (!down) throw new Error("There is no preset.");
  const cascade = cascadeOf(await runTwins(down.plan, { first, second: first }));
  const held = cascade.orders.filter(({ difference }) => difference.lateMilliseconds >= 1000);
  const amount = held.reduce((sum, { struck }) => sum + struck.amount, 0);
  expect(sentenceOf(cascade, down.title)).toBe(
    `Provider down for 10 min: ${held.length} orders, ${held.length} units held, ${(amount / 100).toFixed(2)} EUR undecided; nothing lost; the last settled 3 min after it was over.`,
  );
});
