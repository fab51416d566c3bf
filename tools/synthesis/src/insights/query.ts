// Runs a query of CloudWatch Logs Insights over JSON lines: fields, filter, sort, limit and stats.
import { compare, type Expression, expression, fieldOf, type Line, Reader } from "./expression.ts";
import { tokensOf } from "./tokens.ts";

export type Query = {
  /** The fields of a line that it reads, filters and groups included. */
  reads: readonly string[];
  over(lines: readonly Line[]): Line[];
  /** The lines that pass its filters, as they are. */
  filtered(lines: readonly Line[]): Line[];
};

type Step = { isFilter?: boolean; reads: readonly string[]; run(rows: readonly Line[]): readonly Line[] };

/** Throws SyntaxError for what Logs Insights, or this part of it, does not know. `now` in milliseconds. */
export function parseQuery(query: string, now: number): Query {
  const reader = new Reader(tokensOf(query), now);
  const steps: Step[] = [];
  do steps.push(step(reader));
  while (reader.takes("|"));
  const rest = reader.peek();
  if (rest) throw new SyntaxError(`${rest.text} does not belong there.`);
  const through = (own: readonly Step[], lines: readonly Line[]) => [
    ...own.reduce<readonly Line[]>((rows, each) => each.run(rows), lines),
  ];
  return {
    reads: [...new Set(steps.flatMap((each) => each.reads))],
    over: (lines) => through(steps, lines),
    filtered: (lines) =>
      through(
        steps.filter(({ isFilter }) => isFilter),
        lines,
      ),
  };
}

function step(reader: Reader): Step {
  const command = reader.next().text;
  switch (command) {
    case "fields":
    case "display": {
      const columns = columnsOf(reader);
      return {
        reads: readsOf(columns),
        run: (rows) => rows.map((row) => ({ ...row, ...rowOf(columns, [row]) })),
      };
    }
    case "filter": {
      const condition = expression(reader);
      return {
        isFilter: true,
        reads: condition.reads,
        run: (rows) => rows.filter((row) => condition.of([row])),
      };
    }
    case "sort":
      return sorted(reader);
    case "limit": {
      const most = Number(reader.next().text);
      return { reads: [], run: (rows) => rows.slice(0, most) };
    }
    case "stats":
      return stats(reader);
    default:
      throw new SyntaxError(`${command} is no command of Logs Insights that is used here.`);
  }
}

function sorted(reader: Reader): Step {
  const by = reader.next().text;
  const sign = reader.takes("desc") ? -1 : 1;
  reader.takes("asc");
  const run = (rows: readonly Line[]) =>
    rows.toSorted((a, b) => sign * compare(fieldOf(a, by), fieldOf(b, by)));
  return { reads: [by], run };
}

function stats(reader: Reader): Step {
  const aggregates = columnsOf(reader);
  const groups = reader.takes("by") ? columnsOf(reader) : [];
  const run = (rows: readonly Line[]) => {
    const byKey = Map.groupBy(rows, (row) => JSON.stringify(rowOf(groups, [row])));
    return [...byKey.values()].map((lines) => ({ ...rowOf(groups, lines), ...rowOf(aggregates, lines) }));
  };
  return { reads: [...readsOf(aggregates), ...readsOf(groups)], run };
}

type Column = { name: string; value: Expression };

function columnsOf(reader: Reader): Column[] {
  const columns: Column[] = [];
  do {
    const value = expression(reader);
    columns.push({ name: reader.takes("as") ? reader.next().text : value.text, value });
  } while (reader.takes(","));
  return columns;
}

const readsOf = (columns: readonly Column[]) => columns.flatMap(({ value }) => value.reads);

const rowOf = (columns: readonly Column[], lines: readonly Line[]): Line =>
  Object.fromEntries(columns.map(({ name, value }) => [name, value.of(lines)]));
