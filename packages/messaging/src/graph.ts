// Checks the event graph of the manifests: every event that is heard is also said, and none leads in circles.
import { type EventType, layerOf, producerOf } from "@order-saga/contracts";
import { functionsOf, type ReactionManifest, type ServiceManifest } from "./manifest.ts";

/** Every problem of the graph, one sentence each; none if the saga can be deployed. */
export function checkGraph(services: readonly ServiceManifest[]): string[] {
  const reactions = services.flatMap((service) => service.reactions);
  return [
    ...repeated(services.map((service) => service.name)).map((name) => `Two services are called ${name}.`),
    ...repeated(services.flatMap(functionsOf).map((each) => each.name)).map(
      (name) => `Two functions are called ${name}.`,
    ),
    ...services.flatMap(foreignWords),
    ...services.flatMap(unknownVariables),
    ...services.flatMap(strayTasks),
    ...services.flatMap(bucketless),
    ...reactions.flatMap((reaction) => unsaid(reaction, services)),
    ...reactions.flatMap(fallingLayers),
    ...uncompensated(services),
    ...reactions.flatMap((reaction) => circle(reaction, reactions)),
  ];
}

/** A service that says what another service owns. */
function foreignWords(service: ServiceManifest): string[] {
  return functionsOf(service).flatMap(({ name, says }) =>
    says
      .filter((type) => producerOf(type) !== service.name)
      .map((type) => `${name} of ${service.name} says ${type}, which only ${producerOf(type)} may say.`),
  );
}

function unknownVariables(service: ServiceManifest): string[] {
  const known = [...Object.keys(service.settings), ...service.secrets];
  return functionsOf(service).flatMap(({ name, environment }) =>
    environment
      .filter((variable) => !known.includes(variable))
      .map((variable) => `${name} reads ${variable}, which is no setting and no secret of ${service.name}.`),
  );
}

/** Tasks for a reaction that is not there or takes none, and a reaction that waits for tasks in vain. */
function strayTasks(service: ServiceManifest): string[] {
  const functions = functionsOf(service);
  const stray = functions.flatMap(({ name, sends }) =>
    sends
      .filter((to) => !service.reactions.some((each) => each.name === to && takesFrom(name, each)))
      .map((to) => `${name} sends tasks to ${to}, which is no reaction of ${service.name} that takes them.`),
  );
  const waiting = service.reactions.filter(
    ({ from, name }) => from === "tasks" && !functions.some((each) => each.sends.includes(name)),
  );
  return [...stray, ...waiting.map(({ name }) => `${name} waits for tasks, which no function sends.`)];
}

/** A reaction may also send itself what it has not finished. */
const takesFrom = (sender: string, { from, name }: ReactionManifest) => from === "tasks" || sender === name;

function bucketless(service: ServiceManifest): string[] {
  if (service.bucket) return [];
  const uploads = service.reactions.filter(({ from }) => from === "uploads");
  const users = functionsOf(service).filter(({ objects }) => objects !== "none");
  return [...new Set([...uploads, ...users])].map(
    ({ name }) => `${name} uses a bucket, and ${service.name} has none.`,
  );
}

/** What a reaction waits for in vain, because its owner never says it. */
function unsaid(reaction: ReactionManifest, services: readonly ServiceManifest[]): string[] {
  if (reaction.from !== "bus") {
    const says = `${reaction.name} takes its messages from ${reaction.from}, so it hears no events.`;
    return reaction.hears.length > 0 ? [says] : [];
  }
  if (reaction.hears.length === 0) return [`${reaction.name} hears nothing.`];
  return reaction.hears
    .filter((type) => !services.some((each) => each.name === producerOf(type) && saysIn(each, type)))
    .map((type) => `${reaction.name} hears ${type}, which ${producerOf(type)} never says.`);
}

function saysIn(service: ServiceManifest, type: EventType): boolean {
  return functionsOf(service).some((each) => each.says.includes(type));
}

/** A reaction says something above each event that it hears, and hears something below each that it says. */
function fallingLayers({ name, hears, says }: ReactionManifest): string[] {
  if (says.length === 0 || hears.length === 0) return [];
  const unanswered = hears.filter((heard) => !says.some((said) => rises(heard, said)));
  const unsayable = says.filter((said) => !hears.some((heard) => rises(heard, said)));
  return [
    ...unanswered.map((heard) => `${name} hears ${heard}, but says nothing of a higher layer.`),
    ...unsayable.map((said) => `${name} says ${said}, but hears nothing of a lower layer.`),
  ];
}

const rises = (heard: EventType, said: EventType) => layerOf[said] > layerOf[heard];

/** What must follow a failure: the payment is given up, or the stock goes back. */
const compensations: { readonly [T in EventType]?: EventType } = {
  StockRejected: "PaymentAborted",
  PaymentDeclined: "StockReleased",
  PaymentAborted: "StockReleased",
  PaymentRefunded: "StockReleased",
};

function uncompensated(services: readonly ServiceManifest[]): string[] {
  const reactions = services.flatMap((service) => service.reactions);
  return (Object.entries(compensations) as [EventType, EventType][])
    .filter(([failure]) => services.some((service) => saysIn(service, failure)))
    .filter(
      ([failure, cure]) =>
        !reactions.some((each) => each.hears.includes(failure) && each.says.includes(cure)),
    )
    .map(([failure, cure]) => `No reaction answers the failure ${failure} with ${cure}.`);
}

/** A reaction that is at work, on an event, or on a task or an upload. */
type Work = { reaction: ReactionManifest; heard: EventType | undefined };

/**
 * A path from a reaction back to itself, over events and over tasks, which would never stop. From an event a
 * path rises through the layers, because a reaction's edge refuses to say anything else; a task has no layer.
 */
function circle(start: ReactionManifest, reactions: readonly ReactionManifest[]): string[] {
  const seen = new Set<string>();
  const walk = (work: Work, way: readonly string[]): readonly string[] | undefined => {
    for (const { by, next } of causedBy(work, reactions)) {
      const further = [...way, by];
      if (next.reaction === start) return further;
      const key = `${next.reaction.name} ${next.heard}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const back = walk(next, further);
      if (back) return back;
    }
    return undefined;
  };
  for (const heard of start.from === "bus" ? start.hears : [undefined]) {
    const back = walk({ reaction: start, heard }, [heard ?? `a message of ${start.from}`]);
    if (back) return [`${start.name} can reach itself: ${back.join(" → ")}.`];
  }
  return [];
}

/** What a reaction's work sets others to; the rest of its own that it sends itself is not in it. */
function causedBy({ heard, reaction }: Work, reactions: readonly ReactionManifest[]) {
  const said = reaction.says.filter((each) => heard === undefined || rises(heard, each));
  const events = said.flatMap((type) =>
    reactions
      .filter(({ from, hears }) => from === "bus" && hears.includes(type))
      .map((each) => ({
        by: type as string,
        next: { reaction: each, heard: type as EventType | undefined },
      })),
  );
  const tasks = reactions
    .filter((each) => each !== reaction && reaction.sends.includes(each.name))
    .map((each) => ({ by: `a task of ${each.name}`, next: { reaction: each, heard: undefined } }));
  return [...events, ...tasks];
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
