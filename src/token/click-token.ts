import { ATTEMPT_BYTES, packAttempt, unpackAttempt } from '../domain/attempt-bytes.ts'
import { parseAttemptId } from '../domain/attempt.ts'
import { websiteOf } from '../domain/tracked-links.ts'
import { signToken, type TokenKey, verifyToken } from './token.ts'

/** A link of an email and the attempt that carried it. */
export interface FollowedLink {
  attempt: string
  /** http or https, ASCII. */
  link: string
}

/** Longer links stay as they are: browsers and mail programs follow some 2,000 characters everywhere. */
export const MAX_LINK = 1500

/** For `/c/<token>`: the whole link is in it, so that it leads there and nowhere else, whatever is kept. */
export function signClick({ attempt, link }: FollowedLink, keys: readonly TokenKey[]): string {
  const parts = parseAttemptId(attempt)
  if (parts === null) throw new Error('Only an attempt id can be signed into a link.')
  if (link.length > MAX_LINK || websiteOf(link) !== link) {
    throw new Error('Only a link to a website of a bearable length can be signed.')
  }
  const payload = Buffer.concat([packAttempt(parts), Buffer.from(link, 'ascii')])
  return signToken('click', payload, keys)
}

/** Null for everything that was not signed as a link to a website. */
export function verifyClick(token: string, keys: readonly TokenKey[]): FollowedLink | null {
  const payload = verifyToken('click', token, keys)
  if (payload === null) return null
  const attempt = unpackAttempt(payload.subarray(0, ATTEMPT_BYTES))
  const link = websiteOf(Buffer.from(payload.subarray(ATTEMPT_BYTES)).toString('ascii'))
  return attempt === null || link === null ? null : { attempt, link }
}
