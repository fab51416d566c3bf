// A plain table: titles over rows, without sorting or windowing.
import type { ComponentChildren } from "preact";

type Head = {
  titles: readonly string[];
  /** From this column on there are numbers. */
  numbersFrom?: number;
};

export function PlainTable({ children, numbersFrom, titles }: Head & { children: ComponentChildren }) {
  return (
    <table class="plain">
      <thead>
        <tr>
          {titles.map((title, index) => (
            <th scope="col" key={title} class={numberFrom(numbersFrom, index)}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

/** The same in a frame of its own, which is scrolled by keys as well. */
export function ScrolledTable({ label, ...table }: Head & { label: string; children: ComponentChildren }) {
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={label}>
      <PlainTable {...table} />
    </div>
  );
}

export const numberFrom = (first: number | undefined, index: number): string =>
  first !== undefined && index >= first ? "number" : "";
