import type { Scenario } from '../scenario.ts'
import * as calls from './calls.ts'
import * as events from './events.ts'
import * as ingest from './ingest.ts'
import * as kills from './kills.ts'
import * as outages from './outages.ts'
import * as people from './people.ts'
import * as platform from './platform.ts'
import { namedPoints } from './points.ts'
import { rescheduleRaces } from './reschedule.ts'
import { slowClients } from './slow-clients.ts'

/** In the order of the fault matrix, but that scenarios of one world follow one another when run. */
export const SCENARIOS: readonly Scenario[] = [
  kills.storm,
  kills.stormHolding,
  kills.killed,
  kills.killedHolding,
  namedPoints,
  calls.throttled,
  calls.quotaSpent,
  calls.serverErrors,
  calls.halfAnswers,
  calls.halfAnswersHeld,
  calls.entryStatuses,
  events.eventsLost,
  events.eventsLostHeld,
  events.eventsLate,
  platform.databaseBreaks,
  platform.queueMisbehaves,
  platform.sweepsOverlap,
  events.eventsRepeated,
  events.eventsRenamed,
  ingest.ingestAway,
  ingest.betweenTries,
  ingest.notKept,
  events.certificatesDown,
  slowClients,
  platform.clockOff,
  events.eventsOfOtherClocks,
  platform.deployed,
  people.peopleLeave,
  people.cancelRaces,
  rescheduleRaces,
  people.floods,
  people.brake,
  outages.databaseSetBack,
  calls.keysRevoked,
]
