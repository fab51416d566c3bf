// A service's record: plain facts as a list, nested values to be opened.
import { factsOf } from "../layout/record.ts";

export function Facts({ record }: { record: unknown }) {
  const { plain, nested } = factsOf(record);
  return (
    <div class="stack">
      <dl class="facts">
        {plain.map(({ name, words }) => (
          <>
            <dt>{name}</dt>
            <dd>{words}</dd>
          </>
        ))}
      </dl>
      {nested.map(({ name, says, value }) => (
        <details key={name}>
          <summary>
            {name} <span class="quiet">{says}</span>
          </summary>
          <pre>{JSON.stringify(value, null, 2)}</pre>
        </details>
      ))}
    </div>
  );
}
