// Properties while mutants run: the first failure is enough, and a fixed seed lets a score repeat.
import * as fc from "fast-check";

fc.configureGlobal({ endOnFailure: true, seed: 1 });
