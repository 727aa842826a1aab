import { html } from 'hono/html'
import type { InboxEmail } from './inbox.ts'
import type { AcceptedRecord } from './ledger-lines.ts'

type Page = ReturnType<typeof html>

/** Nothing runs, nothing is framed but an email, nothing comes from elsewhere. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
/** An email is a stranger's page: no scripts, no origin, images only from this machine. */
export const EMAIL_POLICY =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data: http://127.0.0.1:* http://localhost:*"

export function inboxPage(records: AcceptedRecord[], to: string | null): Page {
  const rows = records.map(
    (record) =>
      html`<li>
        <a href="/_sim/inbox/${record.sesMessageId}">
          <span class="to">${record.to.join(', ')}</span>
          <span class="subject">${record.subject === '' ? '(no subject)' : record.subject}</span>
          <time>${clock(record.at)}</time>
        </a>
      </li>`,
  )
  return page(
    'Inbox',
    html`<form method="get">
        <input name="to" type="search" placeholder="to one address" value="${to ?? ''}" />
        <button>Show</button>
      </form>
      ${
        records.length === 0
          ? html`<p class="empty">Nothing has arrived yet.</p>`
          : html`<ol class="inbox">
              ${rows}
            </ol>`
      }`,
    5,
  )
}

export function emailPage(email: InboxEmail): Page {
  const headers = email.headers.map(({ name, value }) => `${name}: ${value}`)
  const tags = Object.entries(email.tags).map(([name, value]) => `${name}=${value}`)
  const files = email.attachments.map(
    ({ filename, contentType, size }) => `${filename} (${contentType}, ${size} bytes)`,
  )
  return page(
    email.subject,
    html`<p><a href="/_sim/inbox">Inbox</a></p>
      <h2>${email.subject === '' ? '(no subject)' : email.subject}</h2>
      <dl>
        ${line('From', email.from)} ${line('To', email.to.join(', '))}
        ${line('Cc', email.cc.join(', '))} ${line('Bcc', email.bcc.join(', '))}
        ${line('Reply to', email.replyTo.join(', '))} ${line('Accepted', email.at)}
        ${line('Headers', headers.join('\n'))} ${line('Attachments', files.join('\n'))}
        ${line('Tags', tags.join('\n'))} ${line('SES id', email.sesMessageId)}
        ${line('To leave', leavingLink(email))}
      </dl>
      ${
        email.html === null
          ? ''
          : html`<iframe
              sandbox=""
              title="The email"
              src="/_sim/inbox/${email.sesMessageId}/html"
            ></iframe>`
      }
      ${email.text === null ? '' : html`<pre>${email.text}</pre>`}`,
    null,
  )
}

/** The email's own links cannot be followed within its frame; this one mail programs show beside it. */
function leavingLink({ headers }: InboxEmail): Page | string {
  const header = headers.find(({ name }) => name.toLowerCase() === 'list-unsubscribe')
  const link = /<(https?:[^>]+)>/.exec(header?.value ?? '')?.[1]
  if (link === undefined) return ''
  return html`<a href="${link}" target="_blank" rel="noreferrer">Unsubscribe</a>`
}

function line(name: string, value: Page | string): Page | string {
  if (value === '') return ''
  return html`<dt>${name}</dt>
    <dd>${value}</dd>`
}

function page(title: string, body: Page, refreshSeconds: number | null): Page {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${
          refreshSeconds === null
            ? ''
            : html`<meta http-equiv="refresh" content="${refreshSeconds}" />`
        }
        <title>${title}</title>
        <link rel="stylesheet" href="/_sim/inbox.css" />
      </head>
      <body>
        <h1>What people received</h1>
        ${body}
      </body>
    </html>`
}

function clock(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

export const INBOX_STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.1rem; font-weight: 600; opacity: .7; }
form { display: flex; gap: .5rem; }
input { flex: 1; padding: .4rem .6rem; font: inherit; }
button { padding: .4rem 1rem; font: inherit; }
.inbox { list-style: none; padding: 0; }
.inbox a { display: grid; grid-template-columns: 16rem 1fr auto; gap: 1rem; padding: .6rem .2rem;
  border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent); color: inherit; text-decoration: none; }
.inbox a:hover { background: color-mix(in srgb, currentColor 6%, transparent); }
.inbox span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.to { opacity: .75; } .subject { font-weight: 600; } time { font-size: .85rem; opacity: .6; }
dl { display: grid; grid-template-columns: 8rem 1fr; gap: .2rem 1rem; font-size: .9rem; }
dt { opacity: .6; } dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
iframe { width: 100%; height: 60vh; border: 1px solid #8884; border-radius: 6px; background: #fff; }
pre { white-space: pre-wrap; padding: 1rem; border: 1px solid #8884; border-radius: 6px; }
.empty { opacity: .6; }
@media (max-width: 40rem) { .inbox a { grid-template-columns: 1fr; gap: 0; } }
`
