// Pictures of measurements for the documents: grouped bars, and lines over logarithmic axes, as SVG.

export type Series = { name: string; colour: string };
export type Group = { label: string; values: readonly number[] };
type Axis = {
  from: number;
  to: number;
  ticks: readonly number[];
  format: (value: number) => string;
  says: string;
};
type Curve = Series & { at: (x: number) => number; dashed?: boolean };

/** Distinct for the colour-blind (Okabe and Ito). */
export const colours = ["#0072b2", "#e69f00", "#999999", "#009e73", "#d55e00"] as const;

const LABELS = 210;
const WIDTH = 560;
const BAR = 9;

/** One group of bars for each label, from the top; the numbers stand at their ends. */
export function barPicture(
  title: string,
  series: readonly Series[],
  groups: readonly Group[],
  format: (value: number) => string,
): string {
  const largest = Math.max(...groups.flatMap(({ values }) => values));
  const height = series.length * BAR + 8;
  const top = 34 + 16 * series.length;
  const body = groups.map(({ label, values }, index) => {
    const y = top + index * height;
    const drawn = values.map((value, place) => {
      const [length, at] = [(value / largest) * WIDTH, y + place * BAR];
      return `<rect x="${LABELS}" y="${at}" width="${length.toFixed(1)}" height="${BAR - 1}" fill="${series[place]?.colour}"/>
<text x="${(LABELS + length + 4).toFixed(1)}" y="${at + BAR - 2}" font-size="8">${escaped(format(value))}</text>`;
    });
    return `<text x="${LABELS - 6}" y="${y + height / 2}" font-size="11" text-anchor="end">${escaped(label)}</text>\n${drawn.join("\n")}`;
  });
  return svg(LABELS + WIDTH + 60, top + groups.length * height + 6, title, [
    ...legend(series, LABELS),
    ...body,
  ]);
}

/** The same bars over a logarithmic axis; one that leaves it is cut off at its end. */
export function logBarPicture(
  title: string,
  series: readonly Series[],
  groups: readonly Group[],
  axis: Axis,
): string {
  const left = 250;
  const height = series.length * BAR + 8;
  const top = 34 + 16 * series.length;
  const bottom = top + groups.length * height;
  const across = (value: number) => {
    const within = Math.min(axis.to, Math.max(axis.from, value));
    return left + (Math.log(within / axis.from) / Math.log(axis.to / axis.from)) * WIDTH;
  };
  const ticks = axis.ticks.map(
    (value) =>
      `<line x1="${across(value).toFixed(1)}" x2="${across(value).toFixed(1)}" y1="${top - 4}" y2="${bottom}" stroke="#ddd"/>
<text x="${across(value).toFixed(1)}" y="${bottom + 12}" font-size="10" text-anchor="middle">${escaped(axis.format(value))}</text>`,
  );
  const body = groups.map(({ label, values }, index) => {
    const y = top + index * height;
    const drawn = values.map((value, place) => {
      const [end, at] = [across(value), y + place * BAR];
      return `<rect x="${left}" y="${at}" width="${Math.max(1, end - left).toFixed(1)}" height="${BAR - 1}" fill="${series[place]?.colour}"/>
${value <= axis.to ? `<text x="${(end + 4).toFixed(1)}" y="${at + BAR - 2}" font-size="8">${escaped(axis.format(value))}</text>` : ""}`;
    });
    return `<text x="${left - 6}" y="${y + height / 2}" font-size="11" text-anchor="end">${escaped(label)}</text>\n${drawn.join("\n")}`;
  });
  const says = `<text x="${left + WIDTH / 2}" y="${bottom + 28}" font-size="11" text-anchor="middle">${escaped(axis.says)}</text>`;
  return svg(left + WIDTH + 60, bottom + 38, title, [...legend(series, left), ...ticks, ...body, says]);
}

/** Curves over logarithmic axes. */
export function linePicture(title: string, curves: readonly Curve[], x: Axis, y: Axis): string {
  const [left, top, width, height] = [70, 44 + 16 * curves.length, 640, 340];
  const place = (value: number, { from, to }: Axis) => Math.log(value / from) / Math.log(to / from);
  const across = (value: number) => left + place(value, x) * width;
  const down = (value: number) => top + (1 - place(value, y)) * height;
  const ticks = [
    ...x.ticks.map(
      (value) =>
        `<line x1="${across(value)}" x2="${across(value)}" y1="${top}" y2="${top + height}" stroke="#ddd"/>
<text x="${across(value)}" y="${top + height + 14}" font-size="10" text-anchor="middle">${escaped(x.format(value))}</text>`,
    ),
    ...y.ticks.map(
      (value) =>
        `<line x1="${left}" x2="${left + width}" y1="${down(value)}" y2="${down(value)}" stroke="#ddd"/>
<text x="${left - 6}" y="${down(value) + 3}" font-size="10" text-anchor="end">${escaped(y.format(value))}</text>`,
    ),
    `<text x="${left + width / 2}" y="${top + height + 30}" font-size="11" text-anchor="middle">${escaped(x.says)}</text>`,
    `<text x="${left}" y="${top - 6}" font-size="11">${escaped(y.says)}</text>`,
  ];
  const drawn = curves.map(({ at, colour, dashed }) => {
    const points = Array.from({ length: 161 }, (_, step) => x.from * (x.to / x.from) ** (step / 160))
      .filter((value) => at(value) >= y.from && at(value) <= y.to)
      .map((value) => `${across(value).toFixed(1)},${down(at(value)).toFixed(1)}`);
    return `<polyline points="${points.join(" ")}" fill="none" stroke="${colour}" stroke-width="2"${dashed ? ' stroke-dasharray="5 4"' : ""}/>`;
  });
  return svg(left + width + 30, top + height + 42, title, [...legend(curves, left), ...ticks, ...drawn]);
}

function legend(series: readonly Series[], left: number): string[] {
  return series.map(
    ({ colour, name }, index) =>
      `<rect x="${left}" y="${28 + index * 16}" width="10" height="10" fill="${colour}"/>
<text x="${left + 16}" y="${37 + index * 16}" font-size="11">${escaped(name)}</text>`,
  );
}

function svg(width: number, height: number, title: string, body: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" fill="#222" role="img">
<title>${escaped(title)}</title>
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="12" y="18" font-size="13" font-weight="600">${escaped(title)}</text>
${body.join("\n")}
</svg>
`;
}

const escaped = (text: string) => text.replace(/[&<>]/g, (each) => `&#${each.charCodeAt(0)};`);
