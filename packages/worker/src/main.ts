// The worker over the sources, with every reaction there is; a container has a bundle of it (bundle.ts).
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { importFunction } from "@order-saga/services/functions";
import { run } from "./run.ts";

const known = allReactions(services).map((resources) => ({
  resources,
  load: () => importFunction(resources.service, resources.manifest.name),
}));

await run(known, process.argv.slice(2));
