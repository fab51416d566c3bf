// The counts in a reaction's box: what fits beside each other, and never beyond the box.

export type Chip = { key: string; text: string; tone: string; left: number; width: number };

/** The width of a letter of 12 px in the widest system font. */
const LETTER = 7.7;
const PADDING = 10;
const APART = 4;

const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 2 });

/** At most four letters, such as 999, 1.2K or 120K. */
export const shortCount = (count: number): string => (count < 1000 ? String(count) : compact.format(count));

/** From the left, those that fit into the width. */
export function chipsWithin(
  width: number,
  said: readonly { key: string; text: string; tone: string }[],
): Chip[] {
  let left = 0;
  return said.flatMap((each) => {
    const wide = each.text.length * LETTER + PADDING;
    if (left + wide > width) return [];
    const chip = { ...each, left, width: wide };
    left += wide + APART;
    return [chip];
  });
}
