import { z } from 'zod'
import addresses from './addresses.json'
import attachments from './attachments.json'
import { type Attack, attackFile } from './case.ts'
import certificateUrls from './certificate-urls.json'
import fields from './fields.json'
import headers from './headers.json'
import http from './http.json'
import keys from './keys.json'
import mailboxes from './mailboxes.json'
import privacy from './privacy.json'
import publicUrls from './public-urls.json'
import sns from './sns.json'
import sql from './sql.json'
import templates from './templates.json'
import tracking from './tracking.json'
import unsubscribe from './unsubscribe.json'

const texts = z.array(z.string())

/** Every attack on the Worker, by area; lists of texts are each put where the Worker would use them. */
export const AREAS = [
  { area: 'SNS certificates', atLeast: 50, cases: texts.parse(certificateUrls).map(certificate) },
  { area: 'addresses', atLeast: 64, cases: texts.parse(addresses).map(uploaded) },
  { area: 'URLs of attachments', atLeast: 61, cases: texts.parse(publicUrls).map(attached) },
  ...[
    sns,
    headers,
    mailboxes,
    fields,
    attachments,
    templates,
    http,
    keys,
    tracking,
    unsubscribe,
    sql,
    privacy,
  ].map((file) => attackFile.parse(file)),
]

function certificate(url: string): Attack {
  return {
    name: JSON.stringify(url),
    sns: { type: 'Notification', over: { SigningCertURL: url } },
    answer: { status: 403, says: 'SigningCertURL is not of SNS' },
  }
}

function uploaded(address: string): Attack {
  return {
    name: JSON.stringify(address),
    request: {
      method: 'POST',
      path: '/broadcasts/<<broadcast>>/recipients',
      json: { email: address },
    },
    answer: { status: 200, says: '"accepted":0,"duplicates":0,"replaced":0,"invalid":{"count":1,' },
  }
}

function attached(path: string): Attack {
  return {
    name: JSON.stringify(path),
    email: { attachments: [{ filename: 'a.txt', path }] },
    answer: { status: 422, error: 'invalid_attachment', says: '`attachments[0]' },
  }
}
