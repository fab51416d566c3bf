// A part of the comparison, and how it is written for a terminal or a comment.

/** Without rows it is one line, which is `says`. */
export type Section = {
  readonly title: string;
  readonly says: string;
  readonly columns?: readonly string[];
  readonly rows?: readonly (readonly string[])[];
};

/** More than these make a comment that stays unread. */
const MOST_ROWS = 15;

export const unchanged = (title: string): Section => ({ title, says: "unchanged" });

/** "3 added, 1 removed": what there is none of is left out. */
export function counted(counts: Readonly<Record<string, number>>): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return some.map(([name, count]) => `${count} ${name}`).join(", ");
}

export function asText(sections: readonly Section[]): string {
  return sections.map((each) => [`${each.title}: ${each.says}`, ...textRows(each)].join("\n")).join("\n");
}

function textRows({ columns = [], rows = [] }: Section): string[] {
  if (rows.length === 0) return [];
  const lines = [columns, ...rows.slice(0, MOST_ROWS)];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const padded = lines.map((line) =>
    `  ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd(),
  );
  return [...padded, ...rest(rows).map((line) => `  ${line}`)];
}

export function asMarkdown(sections: readonly Section[]): string {
  return sections
    .map((each) => [`**${each.title}**: ${escaped(each.says)}`, ...markdownRows(each)].join("\n"))
    .join("\n\n");
}

function markdownRows({ columns = [], rows = [] }: Section): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |`;
  const table = [line(columns), `|${" --- |".repeat(columns.length)}`, ...rows.slice(0, MOST_ROWS).map(line)];
  const more = rest(rows);
  return ["", ...table, ...(more.length > 0 ? ["", ...more] : [])];
}

function rest(rows: readonly unknown[]): string[] {
  return rows.length > MOST_ROWS ? [`and ${rows.length - MOST_ROWS} more`] : [];
}

/** A pull request's texts may hold what Markdown, HTML or a mention would make something else of. */
function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replace(/[\\`*_|[\]~]/g, "\\$&")
    .replaceAll("@", "&#64;")
    .replaceAll("\n", " ");
}
