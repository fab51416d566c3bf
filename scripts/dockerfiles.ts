// `pnpm check`, step dockerfiles: a validator's findings in each Dockerfile, and rules of our own.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DockerfileParser, type Instruction } from "dockerfile-ast";
import { validate } from "dockerfile-utils";

const root = fileURLToPath(new URL("../", import.meta.url));

/** Says what is wrong with an instruction, if something is. */
type Rule = (instruction: Instruction) => string | undefined;

const wordsOf = (instruction: Instruction) => instruction.getArguments().map((each) => each.getValue());
const textOf = (instruction: Instruction) =>
  `${instruction.getKeyword()} ${instruction.getArgumentsContent() ?? ""}`.replace(/\\\n/g, " ");

const rules: readonly Rule[] = [
  function movingImage(instruction) {
    if (instruction.getKeyword() !== "FROM") return undefined;
    const [image = ""] = wordsOf(instruction);
    const isFixed = /@sha256:[0-9a-f]{64}$/.test(image) || /:(?!latest$)[\w][\w.-]*$/.test(image);
    return isFixed || image === "scratch"
      ? undefined
      : `${image} has no tag or digest: it is another every day`;
  },
  function remoteAdd(instruction) {
    return instruction.getKeyword() === "ADD"
      ? "ADD downloads and unpacks what it is given: use COPY"
      : undefined;
  },
  function shellForm(instruction) {
    if (!/^(CMD|ENTRYPOINT|HEALTHCHECK)$/.test(instruction.getKeyword())) return undefined;
    const [, command = ""] =
      /(?:^HEALTHCHECK\b[^[]*?\bCMD|^CMD|^ENTRYPOINT)\s+(.*)/s.exec(textOf(instruction)) ?? [];
    return command.startsWith("[")
      ? undefined
      : `${instruction.getKeyword()} needs a shell, which then takes the signals: write a list of strings`;
  },
  function secret(instruction) {
    if (!/^(ENV|ARG)$/.test(instruction.getKeyword())) return undefined;
    return /(SECRET|TOKEN|PASSWORD|API_?KEY|ACCESS_KEY)/i.test(instruction.getArgumentsContent() ?? "")
      ? "a secret in an image can be read by all who can pull it"
      : undefined;
  },
];

/** What a Dockerfile must say as a whole. */
function missing(instructions: readonly Instruction[]): string[] {
  const of = (keyword: string) => instructions.filter((each) => each.getKeyword() === keyword);
  const user = of("USER").at(-1);
  const [name = ""] = user ? wordsOf(user) : [];
  return [
    ...(name === "" || /^(root|0)(:|$)/.test(name) ? ["its last USER is root, or there is none"] : []),
    ...(of("HEALTHCHECK").length > 0 ? [] : ["no HEALTHCHECK: a process that hangs would stay"]),
  ];
}

/** Every finding in a Dockerfile, as `file:line: sentence`. */
export function findingsIn(text: string, path: string): string[] {
  const instructions = DockerfileParser.parse(text).getInstructions();
  return [
    ...validate(text).map(({ message, range }) => `${path}:${range.start.line + 1}: ${message}`),
    ...instructions.flatMap((each) =>
      rules.flatMap((rule) => {
        const sentence = rule(each);
        return sentence === undefined ? [] : [`${path}:${each.getRange().start.line + 1}: ${sentence}`];
      }),
    ),
    ...missing(instructions).map((sentence) => `${path}: ${sentence}`),
  ];
}

if (import.meta.main) {
  const files = globSync("{packages,tools,stacks}/*/Dockerfile*", { cwd: root });
  const findings = files.flatMap((path) => findingsIn(readFileSync(join(root, path), "utf8"), path));
  for (const each of findings) console.log(each);
  process.exitCode = findings.length > 0 ? 1 : 0;
}
