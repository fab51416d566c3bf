// Every checker of the protocol's invariants, in order. Each run needs a new set: checkers keep state.
import { stockIsNeverNegative } from "./a01-stock-is-never-negative.ts";
import { stockIsConserved } from "./a02-stock-is-conserved.ts";
import { countersMatchReservations } from "./a03-counters-match-reservations.ts";
import { oneCapture } from "./a04-one-capture.ts";
import { moneyNeedsStock } from "./a05-money-needs-stock.ts";
import { capturedOrVoided } from "./a06-captured-or-voided.ts";
import { exclusiveFacts } from "./a07-exclusive-facts.ts";
import { sameIdSameBytes } from "./a08-same-id-same-bytes.ts";
import { publishedIsRecorded } from "./a09-published-is-recorded.ts";
import { causesAreKnown } from "./a10-causes-are-known.ts";
import { onlyUpwards } from "./a11-only-upwards.ts";
import { cataloguePrice } from "./a12-catalogue-price.ts";
import { oneOrderPerKey } from "./a13-one-order-per-key.ts";
import { eachMailOnce } from "./a14-each-mail-once.ts";
import { noPersonalData } from "./a15-no-personal-data.ts";
import { foreignEventsChangeNothing } from "./a16-foreign-events-change-nothing.ts";
import { shortagesWereThere } from "./a17-shortages-were-there.ts";
import { decidedInTime } from "./a18-decided-in-time.ts";
import { marksAreTrue } from "./a19-marks-are-true.ts";
import { customersAreAskedForStock } from "./a20-customers-are-asked-for-stock.ts";
import { webhooksAreSigned } from "./a21-webhooks-are-signed.ts";
import { returnedMailsStopMail } from "./a22-returned-mails-stop-mail.ts";
import { bulkCheckers } from "./b-bulks.ts";
import { everyOrderEnds } from "./e01-every-order-ends.ts";
import { endInTime } from "./e02-in-time.ts";
import { noAuthorisationLeft } from "./e03-no-authorisation-left.ts";
import { noReservationLeft } from "./e04-no-reservation-left.ts";
import { servicesAgree } from "./e05-services-agree.ts";
import { cancelledIsNotCharged } from "./e06-cancelled-is-not-charged.ts";
import { moneyAddsUp } from "./e07-money-adds-up.ts";
import { everyOutcomeHasItsMail } from "./e08-every-outcome-has-its-mail.ts";
import { queuesAreEmpty } from "./e09-queues-are-empty.ts";
import { boundedChatter } from "./e10-bounded-chatter.ts";
import { noTimerNeeded } from "./e11-no-timer-needed.ts";
import { limitsLoseNothing } from "./e12-limits-lose-nothing.ts";
import { stockWaitsForNoProvider } from "./e13-stock-waits-for-no-provider.ts";
import { everyOutcomeIsTold } from "./e14-every-outcome-is-told.ts";
import { feedCheckers } from "./f-feeds.ts";
import type { Checker } from "./observed.ts";

export function createCheckers(): Checker[] {
  return [
    stockIsNeverNegative(),
    stockIsConserved(),
    countersMatchReservations(),
    oneCapture(),
    moneyNeedsStock(),
    capturedOrVoided(),
    exclusiveFacts(),
    sameIdSameBytes(),
    publishedIsRecorded(),
    causesAreKnown(),
    onlyUpwards(),
    cataloguePrice(),
    oneOrderPerKey(),
    eachMailOnce(),
    noPersonalData(),
    foreignEventsChangeNothing(),
    shortagesWereThere(),
    decidedInTime(),
    marksAreTrue(),
    customersAreAskedForStock(),
    webhooksAreSigned(),
    returnedMailsStopMail(),
    ...bulkCheckers(),
    ...feedCheckers(),
    everyOrderEnds(),
    endInTime(),
    noAuthorisationLeft(),
    noReservationLeft(),
    servicesAgree(),
    cancelledIsNotCharged(),
    moneyAddsUp(),
    everyOutcomeHasItsMail(),
    queuesAreEmpty(),
    boundedChatter(),
    noTimerNeeded(),
    limitsLoseNothing(),
    stockWaitsForNoProvider(),
    everyOutcomeIsTold(),
  ];
}
