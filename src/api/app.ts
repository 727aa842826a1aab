import type { OpenAPIHono } from '@hono/zod-openapi'
import { noteUse, readApiKey } from '../db/api-keys.ts'
import { appOf } from '../http/app.ts'
import type { ApiEnv, Endpoint } from '../http/endpoint.ts'
import type { ApiDeps } from './deps.ts'
import { deleteDeadLetter } from './delete-dead-letter.ts'
import { getDeadLetters } from './get-dead-letters.ts'
import { getAttachment, getAttachments } from './get-attachments.ts'
import { getDownload } from './get-download.ts'
import { getEmail } from './get-email.ts'
import { getMetrics } from './get-metrics.ts'
import { getHealth } from './get-health.ts'
import { getTimeline } from './get-timeline.ts'
import { getEmails } from './get-emails.ts'
import { patchEmail } from './patch-email.ts'
import { postCancel } from './post-cancel.ts'
import { postDeadLetterRetry } from './post-dead-letter-retry.ts'
import { postPause, postResume } from './post-sending.ts'
import { postSettle } from './post-settle.ts'
import { postBatch } from './post-batch.ts'
import { postEmails } from './post-emails.ts'

/** Of Resend: receiving, and taking domains over from other accounts. */
const OUT_OF_SCOPE = ['/emails/receiving', '/emails/receiving/*', '/domains/claim']

/**
 * Callers ask us to send: Resend's contract, and beside it what Resend has no object for. `more` are
 * the endpoints of other roles under the same host.
 */
export function createApi(deps: ApiDeps, more: Endpoint[] = []): OpenAPIHono<ApiEnv> {
  const endpoints = [
    postBatch(deps),
    postEmails(deps),
    getEmails(deps),
    getMetrics(deps),
    getEmail(deps),
    getAttachments(deps),
    getAttachment(deps),
    getDownload(deps),
    patchEmail(deps),
    postCancel(deps),
    getTimeline(deps),
    postSettle(deps),
    postPause(deps),
    postResume(deps),
    getDeadLetters(deps),
    postDeadLetterRetry(deps),
    deleteDeadLetter(deps),
    getHealth(deps),
    ...more,
  ]
  return appOf(endpoints, {
    readKey: (id) => readApiKey(deps.db, id),
    keyUsed: (key) => noteUse(deps.db, key, deps.now()),
    now: deps.now,
    outOfScope: OUT_OF_SCOPE,
    requestsPerSecond: deps.settings.requestsPerSecond,
  })
}
