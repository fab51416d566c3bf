// Every reaction of the services, with its code where the sources are; a bundle has a list of its own.
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { importFunction } from "@order-saga/services/functions";
import type { KnownReaction } from "./load.ts";

export const everyReaction: readonly KnownReaction[] = allReactions(services).map((resources) => ({
  resources,
  load: () => importFunction(resources.service, resources.manifest.name),
}));
