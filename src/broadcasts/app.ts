import type { Endpoint } from '../http/endpoint.ts'
import { deleteBroadcast } from './delete-broadcast.ts'
import type { BroadcastDeps } from './deps.ts'
import { getBroadcast } from './get-broadcast.ts'
import { getBroadcasts } from './get-broadcasts.ts'
import { getClickedLinks } from './get-clicked-links.ts'
import { getLedger, getLedgerCsv } from './get-ledger.ts'
import { getRecipients } from './get-recipients.ts'
import { getPreflight } from './get-preflight.ts'
import { getPreview } from './get-preview.ts'
import { patchBroadcast } from './patch-broadcast.ts'
import { postBroadcasts } from './post-broadcasts.ts'
import { postDuplicate } from './post-duplicate.ts'
import { postRecipients } from './post-recipients.ts'
import { postResend } from './post-resend.ts'
import { postSend } from './post-send.ts'
import { postCancel, postPause, postResume } from './post-states.ts'
import { postTest } from './post-test.ts'

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
    postDuplicate(deps),
    postRecipients(deps),
    postTest(deps),
    getPreview(deps),
    getPreflight(deps),
    postResend(deps),
    getRecipients(deps),
    getClickedLinks(deps),
    getLedger(deps),
    getLedgerCsv(deps),
  ]
}
