// Elements of a picture as text, and its colours in light and in dark.

type Attributes = Readonly<Record<string, string | number | undefined>>;

export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const given = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? rounded(value) : escaped(String(value))}"`)
    .join("");
  return children.length === 0 ? `<${name}${given}/>` : `<${name}${given}>${children.join("")}</${name}>`;
}

export function text(x: number, y: number, content: string, className = ""): string {
  return element("text", { x, y, ...(className && { class: className }) }, escaped(content));
}

export const escaped = (content: string) =>
  content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const rounded = (value: number) => String(Math.round(value * 10) / 10);

/** Breaks a sentence into lines of at most so many characters. */
export function wrapped(content: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of content.split(" ")) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > most) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

/** Each of the three bands has a colour and a word, so that no one has to tell them by colour alone. */
export const style = `
svg { --back: #ffffff; --box: #f6f7f9; --line: #c3cad6; --text: #181c24; --quiet: #586173;
  --struck: #a81e2b; --starved: #9a5b00; --held: #0a5f84; --fault: #fde8e9; --ok: #1a6b3c; }
@media (prefers-color-scheme: dark) {
svg { --back: #101216; --box: #1e222a; --line: #454d5c; --text: #e8ebf1; --quiet: #a2abbb;
  --struck: #ff9a9f; --starved: #f2c069; --held: #7cc8ec; --fault: #43171b; --ok: #7fd8a2; } }
text { font: 12px ui-sans-serif, system-ui, "Segoe UI", Roboto, Arial, sans-serif; fill: var(--text); }
.sentence { font-size: 17px; font-weight: 600; } .head { font-size: 13px; font-weight: 600; }
.quiet { fill: var(--quiet); } .end { text-anchor: end; } .middle { text-anchor: middle; }
.back { fill: var(--back); } .box { fill: var(--box); stroke: var(--line); }
.flow { fill: none; stroke: var(--line); } .flow.behind { stroke: var(--starved); }
.struck { fill: var(--struck); } .starved { fill: var(--starved); } .held { fill: var(--held); }
.box.is-struck { stroke: var(--struck); stroke-width: 2; } .box.is-starved { stroke: var(--starved); stroke-width: 2; }
.box.is-held { stroke: var(--held); stroke-width: 2; }
.age { fill: var(--held); opacity: 0.45; } .tick { stroke: var(--struck); stroke-width: 1.5; }
.axis { stroke: var(--line); } .fault { fill: var(--fault); } .healed { stroke: var(--ok); stroke-dasharray: 4 3; }
.healed-text { fill: var(--ok); } .late { stroke: var(--held); stroke-width: 5; } .dot { fill: var(--quiet); }`;
