// Draws a cascade: its sentence, where it went, when it happened and whom it reached, as one SVG.
import { mapOf } from "./map.ts";
import { orderRowsOf } from "./order-rows.ts";
import type { Cascade } from "./radius.ts";
import { sentenceOf } from "./sentence.ts";
import { scaleOf, stripsOf } from "./strips.ts";
import { element, escaped, style, text, wrapped } from "./svg.ts";

const WIDTH = 1200;
const MARGIN = 28;
const LINE = 24;
const LETTERS_A_LINE = 120;

/** `lesson` says what to learn from it, in a sentence. */
export type Caption = { readonly title?: string | undefined; readonly lesson?: string | undefined };

export function pictureOf(cascade: Cascade, { lesson, title }: Caption = {}): string {
  const sentence = sentenceOf(cascade, title);
  const inner = WIDTH - 2 * MARGIN;
  const scale = scaleOf(cascade, inner);
  const lines = wrapped(sentence, LETTERS_A_LINE).map((line, index) =>
    text(0, 18 + index * LINE, line, "sentence"),
  );
  const lessonLines = lesson === undefined ? [] : wrapped(lesson, 160);
  const lessonTop = lines.length * LINE;
  const told = lessonLines.map((line, index) => text(0, lessonTop + 16 + index * 18, line, "quiet"));
  const parts: { svg: string; height: number }[] = [
    { svg: [...lines, ...told].join(""), height: lessonTop + lessonLines.length * 18 },
    mapOf(cascade, inner),
    stripsOf(cascade, scale),
    orderRowsOf(cascade, scale),
  ];
  let top = MARGIN;
  const placed = parts.map(({ height, svg }) => {
    const group = element("g", { transform: `translate(${MARGIN} ${top})` }, svg);
    top += height + 26;
    return group;
  });
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${WIDTH} ${top}`,
      width: WIDTH,
      height: top,
      role: "img",
    },
    element("title", {}, escaped(sentence)),
    element("style", {}, style),
    element("rect", { width: WIDTH, height: top, class: "back" }),
    ...placed,
  );
}
