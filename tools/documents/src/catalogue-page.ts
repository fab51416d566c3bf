// The catalogue's HTML: its frame, and one event's section.
import type { CatalogueEntry, Speaker } from "./catalogue-entry.ts";

export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const marked = (text: string) => escaped(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>");
const json = (value: unknown) => `<pre>${escaped(JSON.stringify(value, null, 2))}</pre>`;

const list = (speakers: readonly Speaker[], none: string) =>
  speakers.length === 0
    ? none
    : `<ul>${speakers
        .map(
          ({ file, name, service }) =>
            `<li><b>${escaped(name)}</b> of ${escaped(service)}, <code>${file}</code></li>`,
        )
        .join("")}</ul>`;

export function section(entry: CatalogueEntry): string {
  const { before, definedAt, example, hears, producer, says, schema, type, words } = entry;
  return `<section id="${type}"><h2>${type}</h2>
<p>${marked(words)}</p>
<dl><dt>Version</dt><dd>${versionWords(entry)}</dd>
<dt>Service</dt><dd>${escaped(producer)}</dd>
<dt>Said by</dt><dd>${list(says, "no function here")}</dd>
<dt>Heard by</dt><dd>${list(hears, "no reaction here")}</dd>
<dt>Defined at</dt><dd><code>${definedAt}</code></dd></dl>
<details><summary>Example</summary>${json(example)}</details>
<details><summary>Schema</summary>${json(schema)}</details>${
    before ? `<details><summary>Schema of @${before.version}</summary>${json(before.schema)}</details>` : ""
  }</section>`;
}

function versionWords({ before, type, version }: CatalogueEntry): string {
  if (!before) return String(version);
  const [said, read] = before.isSaid ? [before.version, version] : [version, before.version];
  return `${type}@${said} is said, @${read} is read beside it`;
}

export const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${style}</style></head>
<body><main><h1>${title}</h1>
${body}
</main></body></html>
`;

const style = `:root{color-scheme:light dark}
body{margin:0;font:15px/1.5 system-ui,sans-serif}
main{max-width:1080px;margin:0 auto;padding:20px 16px}
figure{margin:16px 0;overflow:auto}
figcaption{opacity:.75}
svg path{fill:none;stroke:#8b93a3;opacity:.5}
svg rect{fill:Canvas;stroke:#8b93a3;stroke-width:1.5}
svg rect.orders{stroke:#3f56d8}svg rect.inventory{stroke:#1f8a4c}
svg rect.payment{stroke:#a96500}svg rect.notification{stroke:#0d7aa8}
svg text{font-size:12px;fill:CanvasText}
nav ul{display:flex;flex-wrap:wrap;gap:4px 14px;padding:0;list-style:none}
section{padding:12px 0;border-top:1px solid #8b93a366}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px}
dd{margin:0;overflow-wrap:anywhere}dd ul{margin:0;padding-left:18px}
pre{overflow:auto;padding:10px;background:#8b93a322;border-radius:6px}`;
