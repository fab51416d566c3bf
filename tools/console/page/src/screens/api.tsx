// The reference of the storefront API, drawn from the OpenAPI document the laptop serves.
import { useComputed, useSignal } from "@preact/signals";
import { type ApiDocument, type Endpoint, endpoints, type SchemaLine, schemaLines } from "../layout/api.ts";
import { Badge } from "../parts/icons.tsx";
import { Answer, Panel, Screen } from "../parts/screen.tsx";
import { SearchRow } from "../parts/search-row.tsx";
import { Marked } from "../parts/values.tsx";
import { useAsk } from "../state/ask.ts";

export function ApiScreen() {
  const asked = useAsk<ApiDocument>("/openapi.json");
  return (
    <Screen
      title="API"
      actions={
        <a href="/openapi.json" target="_blank" rel="noopener">
          openapi.json
        </a>
      }
    >
      <Answer asked={asked.value} what="the API's description">
        {(document) => <Reference document={document} />}
      </Answer>
    </Screen>
  );
}

function Reference({ document }: { document: ApiDocument }) {
  const text = useSignal("");
  const found = useComputed(() => {
    const words = text.value.toLowerCase();
    return endpoints(document).filter(({ method, path, summary }) =>
      `${method} ${path} ${summary}`.toLowerCase().includes(words),
    );
  });
  return (
    <>
      <SearchRow label="API" hint="Path or words" text={text} />
      {found.value.map((endpoint) => (
        <EndpointPanel key={`${endpoint.method} ${endpoint.path}`} endpoint={endpoint} document={document} />
      ))}
    </>
  );
}

function EndpointPanel({ endpoint, document }: { endpoint: Endpoint; document: ApiDocument }) {
  const { method, path, summary, description, scopes, parameters, body, answers, example } = endpoint;
  return (
    <Panel
      title={`${method} ${path}`}
      actions={
        scopes.length > 0 ? (
          <span class="quiet mono">{scopes.join(" ")}</span>
        ) : (
          <span class="quiet">no token needed</span>
        )
      }
    >
      <div class="stack">
        <p>
          <strong>{summary}.</strong> <Marked text={description} />
        </p>
        {parameters.length > 0 && (
          <dl class="facts">
            {parameters.map(({ name, where, isRequired, words }) => (
              <>
                <dt class="mono">
                  {name}{" "}
                  <span>
                    ({where}
                    {isRequired ? ", required" : ""})
                  </span>
                </dt>
                <dd>
                  <Marked text={words} />
                </dd>
              </>
            ))}
          </dl>
        )}
        {body && (
          <details>
            <summary>Body</summary>
            <SchemaTable lines={schemaLines(document, body)} />
            {example !== undefined && <pre>{JSON.stringify(example, null, 2)}</pre>}
          </details>
        )}
        <details>
          <summary>Answers</summary>
          <ul class="stack">
            {answers.map(({ status, words, schema }) => (
              <li key={status}>
                <Badge tone={status.startsWith("2") ? "ok" : status.startsWith("3") ? "idle" : "warn"}>
                  {status}
                </Badge>{" "}
                {words}
                {schema && status.startsWith("2") && <SchemaTable lines={schemaLines(document, schema)} />}
              </li>
            ))}
          </ul>
        </details>
      </div>
    </Panel>
  );
}

function SchemaTable({ lines }: { lines: readonly SchemaLine[] }) {
  return (
    <table class="plain schema">
      <tbody>
        {lines.map(({ depth, name, type, words, isRequired }, index) => (
          <tr key={`${index}-${name}`}>
            <td class="mono" style={{ paddingLeft: `${depth * 18}px` }}>
              {name}
              {isRequired ? "" : "?"}
            </td>
            <td class="mono quiet">{type}</td>
            <td>
              <Marked text={words} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
