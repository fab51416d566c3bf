// Every reaction over event-source mappings, as in Lambda.
import { reactionsSuite } from "./reactions.suite.ts";

reactionsSuite({});
