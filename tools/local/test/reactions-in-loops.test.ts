// Reactions over a worker's loop: what holds over event-source mappings holds here.
import { reactionsSuite } from "./reactions.suite.ts";

/** One of each kind of messages, and one that waits for a provider. */
const some = ["reserve-stock", "capture-payment", "place-child", "import-stock"];

if (!process.env.NIGHTLY) console.log(`Of ${some.join(", ")} only; NIGHTLY=1 tries every reaction.`);

reactionsSuite({ loops: "all" }, process.env.NIGHTLY ? undefined : some);
