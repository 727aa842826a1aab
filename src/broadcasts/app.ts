import type { Endpoint } from '../http/endpoint.ts'
import { deleteBroadcast } from './delete-broadcast.ts'
import type { BroadcastDeps } from './deps.ts'
import { getBroadcast } from './get-broadcast.ts'
import { getBroadcasts } from './get-broadcasts.ts'
import { getLedger, getLedgerCsv } from './get-ledger.ts'
import { getClickedLinks, getRecipients } from './get-recipients.ts'
import { patchBroadcast } from './patch-broadcast.ts'
import { postBroadcasts } from './post-broadcasts.ts'
import { postRecipients } from './post-recipients.ts'
import { postSend } from './post-send.ts'
import { postCancel, postPause, postResume } from './post-states.ts'

/** One content to many people: the endpoints under `/broadcasts`, Resend's and ours. */
export function createBroadcasts(deps: BroadcastDeps): Endpoint[] {
  return [
    postBroadcasts(deps),
    getBroadcasts(deps),
    getBroadcast(deps),
    patchBroadcast(deps),
    deleteBroadcast(deps),
    postSend(deps),
    postPause(deps),
    postResume(deps),
    postCancel(deps),
    postRecipients(deps),
    getRecipients(deps),
    getClickedLinks(deps),
    getLedger(deps),
    getLedgerCsv(deps),
  ]
}
