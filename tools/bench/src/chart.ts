// Charts in a terminal: bars of one scale, and lines over a logarithmic axis.

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

export type Bar = { label: string; value: number; text: string };

/** One bar a line; the longest is `width` characters wide. */
export function bars(rows: readonly Bar[], width = 48): string {
  const largest = Math.max(...rows.map(({ value }) => value), 0);
  const labels = Math.max(...rows.map(({ label }) => label.length));
  return rows
    .map(({ label, text, value }) => {
      const parts = largest > 0 ? Math.round((value / largest) * width * 8) : 0;
      const bar = "█".repeat(parts >> 3) + (eighths[parts & 7] ?? "");
      return `  ${label.padEnd(labels)}  ${bar} ${text}`;
    })
    .join("\n");
}

export type Line = { name: string; mark: string; at: (x: number) => number };

/** Lines over logarithmic axes; of two that meet, the later one is seen. */
export function lines(
  given: readonly Line[],
  x: { from: number; to: number; format: (value: number) => string },
  y: { from: number; to: number; format: (value: number) => string },
  size = { width: 60, height: 16 },
): string {
  const grid = Array.from({ length: size.height }, () => Array<string>(size.width).fill(" "));
  const place = (value: number, { from, to }: { from: number; to: number }) =>
    Math.log(value / from) / Math.log(to / from);
  for (const { at, mark } of given) {
    for (let column = 0; column < size.width; column++) {
      const value = at(x.from * (x.to / x.from) ** (column / (size.width - 1)));
      const row = Math.round((1 - place(value, y)) * (size.height - 1));
      const cells = grid[row];
      if (cells) cells[column] = mark;
    }
  }
  const label = (row: number) => y.format(y.from * (y.to / y.from) ** (1 - row / (size.height - 1)));
  const body = grid.map(
    (cells, row) => `${(row % 5 === 0 ? label(row) : "").padStart(10)} │${cells.join("")}`,
  );
  const ends = [x.format(x.from), x.format(Math.sqrt(x.from * x.to)), x.format(x.to)];
  const gap = Math.floor((size.width - ends.join("").length) / 2);
  return [
    ...body,
    `${" ".repeat(10)} └${"─".repeat(size.width)}`,
    `${" ".repeat(12)}${ends.join(" ".repeat(Math.max(1, gap)))}`,
    ...given.map(({ mark, name }) => `${" ".repeat(12)}${mark} ${name}`),
  ].join("\n");
}

/** Columns as wide as their widest cell; all but the first to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `  ${line}`)
    .join("\n");
}
