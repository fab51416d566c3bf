// The operations on a rule's targets, which must be SQS queues.
// Source: EventBridge API reference, "PutTargets", "Target", "InputTransformer", "RetryPolicy".
import { invalid, limitExceeded, malformed } from "./errors.ts";
import { checkTransformer, isJson, parsePath, unknownVariable } from "./input.ts";
import type { Target } from "./model.ts";
import {
  asObject,
  type Input,
  list,
  type Operations,
  optionalNumber,
  optionalText,
  page,
  refuseUnserved,
  text,
  texts,
} from "./request-fields.ts";
import { ruleOf, rulesOf } from "./rules.ts";
import type { State } from "./state.ts";

/** EventBridge quotas, "Targets per rule". */
const MAXIMUM_TARGETS = 5;
/** EventBridge API reference, "SqsParameters". */
const MAXIMUM_GROUP = 100;
const QUEUE_ARN = /^arn:aws[\w-]*:sqs:[\w-]*:\d{12}:[\w-]{1,80}(\.fifo)?$/;

export function targetOperations(state: State): Operations {
  return {
    PutTargets(input) {
      const rule = ruleOf(state, input, "Rule");
      const given = list(input, "Targets").map((each) => readTarget(asObject(each, "A target")));
      const targets = new Map([...rule.targets, ...given].map((target) => [target.Id, target]));
      if (targets.size > MAXIMUM_TARGETS) {
        throw limitExceeded("The requested resource exceeds the maximum number allowed.");
      }
      state.putRule({ ...rule, targets: [...targets.values()] });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    RemoveTargets(input) {
      const rule = ruleOf(state, input, "Rule");
      const ids = texts(input, "Ids");
      const FailedEntries = ids
        .filter((id) => !rule.targets.some((target) => target.Id === id))
        .map((TargetId) => ({
          TargetId,
          ErrorCode: "ResourceNotFoundException",
          ErrorMessage: `Rule ${rule.name} has no target ${TargetId}.`,
        }));
      if (FailedEntries.length < ids.length) {
        state.putRule({ ...rule, targets: rule.targets.filter((target) => !ids.includes(target.Id)) });
      }
      return { FailedEntryCount: FailedEntries.length, FailedEntries };
    },
    ListTargetsByRule: (input) =>
      page(ruleOf(state, input, "Rule").targets, input, "Targets", ({ Id }) => Id),
    ListRuleNamesByTarget(input) {
      const arn = text(input, "TargetArn");
      const rules = rulesOf(state, input).filter((rule) => rule.targets.some((target) => target.Arn === arn));
      return page(
        rules.map((rule) => rule.name),
        input,
        "RuleNames",
        (name) => name,
      );
    },
  };
}

/** Of targets that are no queues, and a role, because a queue's own policy decides. */
const OTHERS_PARAMETERS = [
  "RoleArn",
  "KinesisParameters",
  "RunCommandParameters",
  "EcsParameters",
  "BatchParameters",
  "HttpParameters",
  "RedshiftDataParameters",
  "SageMakerPipelineParameters",
  "AppSyncParameters",
];

/** Throws ValidationException for a target that could not receive an event. */
function readTarget(fields: Input): Target {
  const id = text(fields, "Id", /^[.\-_A-Za-z0-9]{1,64}$/);
  const refuse = (message: string) => invalid(`Target ${id}: ${message}`);
  const arn = text(fields, "Arn", /^.{1,1600}$/s);
  if (!QUEUE_ARN.test(arn))
    throw refuse(`Parameter ${arn} is not valid. Reason: only SQS queues are served here.`);
  refuseUnserved(fields, OTHERS_PARAMETERS);
  const group = optionalText(asObject(fields.SqsParameters ?? {}, "SqsParameters"), "MessageGroupId");
  if (arn.endsWith(".fifo") && group === undefined)
    throw refuse("Parameter(s) SqsParameters must be specified for a FIFO queue.");
  if (group !== undefined && (group.length > MAXIMUM_GROUP || (group.startsWith("$") && !parsePath(group))))
    throw refuse(`SqsParameters.MessageGroupId ${group} is too long, or no JSON path.`);
  const inputs = ["Input", "InputPath", "InputTransformer"].filter(
    (name) => (fields[name] ?? undefined) !== undefined,
  );
  if (inputs.length > 1)
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${id}.`);
  checkInput(fields, id, refuse);
  const retry = asObject(fields.RetryPolicy ?? {}, "RetryPolicy");
  optionalNumber(retry, "MaximumRetryAttempts", 0, 185);
  optionalNumber(retry, "MaximumEventAgeInSeconds", 60, 86_400);
  const deadLetters = optionalText(asObject(fields.DeadLetterConfig ?? {}, "DeadLetterConfig"), "Arn");
  // EventBridge user guide: a dead-letter queue is a standard queue.
  if (deadLetters !== undefined && (!QUEUE_ARN.test(deadLetters) || deadLetters.endsWith(".fifo"))) {
    throw refuse("DeadLetterConfig.Arn must be the ARN of a standard SQS queue.");
  }
  return fields as Target;
}

function checkInput(fields: Input, id: string, refuse: (message: string) => Error): void {
  const input = optionalText(fields, "Input", /^.{0,8192}$/s);
  if (input !== undefined && !isJson(input)) throw refuse("Input must be valid JSON.");
  const path = optionalText(fields, "InputPath", /^.{0,256}$/s);
  if (path !== undefined && !parsePath(path)) throw refuse(`InputPath ${path} is not a JSON path.`);
  if ((fields.InputTransformer ?? undefined) === undefined) return;
  const transformer = asObject(fields.InputTransformer, "InputTransformer");
  const paths = Object.entries(asObject(transformer.InputPathsMap ?? {}, "InputPathsMap"));
  const map = paths.map(([name, value]): [string, string] => {
    if (typeof value !== "string") throw malformed("InputPathsMap must hold strings.");
    return [name, value];
  });
  const template = text(transformer, "InputTemplate", /^.{1,8192}$/s);
  const problem = checkTransformer(new Map(map));
  if (problem) throw refuse(problem);
  const unknown = unknownVariable(new Map(map), template);
  if (unknown !== undefined)
    throw invalid(`InputTemplate for target ${id} contains invalid placeholder ${unknown}.`);
}
