// docs/when-not.html: ten questions, and which answers decided. One file without any request of its own.
import { readFile } from "node:fs/promises";
import { transform } from "esbuild";
import type { Figures } from "./figures.ts";
import { questionsOf } from "./questions.ts";

export const formFile = new URL("../../../../docs/when-not.html", import.meta.url);

export async function formOf(figures: Figures): Promise<string> {
  const source = await readFile(new URL("decide.ts", import.meta.url), "utf8");
  const { code } = await transform(source.replaceAll("export ", ""), { loader: "ts", target: "es2022" });
  const questions = questionsOf(figures);
  const rows = questions.map(({ asks }, index) => rowOf(asks, index)).join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>When not to use this: ten questions</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem 8rem; }
fieldset { border: 0; border-left: 4px solid transparent; margin: 0 0 1rem; padding: 0 0 0 0.75rem; }
fieldset.decided { border-color: #1a7f5a; }
legend { padding: 0; }
label { margin-right: 1.5rem; }
output { position: fixed; inset: auto 0 0; padding: 0.75rem 1rem; background: Canvas; border-top: 1px solid; }
output ul { margin: 0.25rem auto 0; max-width: 44rem; }
output p { margin: 0 auto; max-width: 44rem; }
</style>
</head>
<body>
<h1>When not to use this: ten questions</h1>
<p>Answer what you know. Green marks the answers that decided; the figures are those of <a href="when-not.md">when-not.md</a>. Made by <code>pnpm when-not --write</code>.</p>
<form>
${rows}
<button type="reset">Start again</button>
</form>
<output></output>
<script>
const questions = ${JSON.stringify(questions, null, 1).replaceAll("<", "\\u003c")};
${code}${SHOW}</script>
</body>
</html>
`;
}

const rowOf = (asks: string, index: number) =>
  `<fieldset><legend>${index + 1}. ${asks}</legend><label><input type="radio" name="q${index}" value="yes"> yes</label><label><input type="radio" name="q${index}" value="no"> no</label></fieldset>`;

/** Reads the form and shows the verdict. */
const SHOW = `const form = document.querySelector("form");
const output = document.querySelector("output");
function show() {
  const given = new FormData(form);
  const answers = questions.map((_, index) => {
    const answer = given.get(\`q\${index}\`);
    return answer === null ? undefined : answer === "yes";
  });
  const verdict = decide(questions, answers);
  document.querySelectorAll("fieldset").forEach((each, index) => {
    each.classList.toggle("decided", verdict?.decided.includes(index + 1) ?? false);
  });
  const line = document.createElement("p");
  const way = document.createElement("strong");
  way.textContent = verdict?.way ?? "";
  line.append(verdict ? "Your answers speak for " : "No answer speaks for anything yet.", way);
  const reasons = document.createElement("ul");
  for (const [index, because] of (verdict?.because ?? []).entries()) {
    const reason = document.createElement("li");
    reason.textContent = \`\${verdict.decided[index]}: \${because}\`;
    reasons.append(reason);
  }
  output.replaceChildren(line, reasons);
}
form.addEventListener("change", show);
form.addEventListener("reset", () => setTimeout(show));
show();
`;
