// The places in memory pass the shared suite.
import { waitPlacesSuite } from "./wait-places.suite.ts";
import { createMemoryWaitPlaces } from "./wait-places-memory.ts";

waitPlacesSuite(createMemoryWaitPlaces);
