import { fewUnknown, noCopies, oneCall } from './copies.ts'
import { countersExact, eventsOnce } from './events.ts'
import type { Invariant } from './finding.ts'
import { noFalseSent, noLoss, noPhantom } from './loss.ts'
import { noneSuppressed, quietLogs, withinRate } from './manners.ts'

/** I10 is about webhooks out, I11 about bad input, which has a runner of its own. */
export const INVARIANTS: readonly Invariant[] = [
  noLoss,
  noCopies,
  oneCall,
  noPhantom,
  noFalseSent,
  eventsOnce,
  countersExact,
  noneSuppressed,
  withinRate,
  quietLogs,
  fewUnknown,
]
