import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'
import { ONE_CLICK } from '../domain/list-unsubscribe.ts'
import type { Leaving } from '../domain/leaving-bytes.ts'
import type { Preferences } from '../db/audience/preferences.ts'
import { maskedAddress } from '../domain/masked-address.ts'
import { PREFERENCES } from './one-click.ts'

type Page = ReturnType<typeof html>

/** Asks; only its button changes anything, so that whatever fetches links may fetch this one. */
export function questionPage(leaving: Leaving, preferences: Preferences | null): Page {
  return page(
    'Unsubscribe?',
    html`<p>${who(leaving)} will get no more ${what(leaving)}.</p>
      ${BUTTON}${choice(preferences, 'Or choose what you get')}${REST}`,
  )
}

export function leftPage(leaving: Leaving, preferences: Preferences | null): Page {
  return page(
    'You have unsubscribed',
    html`<p>${who(leaving)} gets no more ${what(leaving)}.</p>
      ${choice(preferences, 'Or choose what you get')}${REST}`,
  )
}

export function preferencesPage(leaving: Leaving, preferences: Preferences | null): Page {
  return page(
    'Saved',
    html`<p>${who(leaving)} gets what is chosen here.</p>
      ${choice(preferences, 'What you get')}${REST}`,
  )
}

export function unknownLinkPage(): Page {
  return page(
    'This link does not work',
    html`<p>
      It may have been cut when it was copied. Nothing was changed. Please open the link in the
      email itself.
    </p>`,
  )
}

export function notNowPage(): Page {
  return page(
    'Please try again',
    html`<p>This could not be saved just now. Please try again in a minute.</p>
      ${BUTTON}`,
  )
}

const STYLE = `:root{color-scheme:light dark;font:1.125rem/1.5 system-ui,sans-serif}
body{margin:0;padding:10vh 1.5rem}
main{max-width:32rem;margin:0 auto}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 1rem}
p{margin:0 0 1.5rem;overflow-wrap:anywhere}
.rest{font-size:.9375rem}
h2{font-size:1.25rem;line-height:1.2;margin:2.5rem 0 1rem}
label{display:grid;grid-template-columns:1.5rem 1fr;gap:.75rem;margin:0 0 1rem;cursor:pointer;overflow-wrap:anywhere}
input[type=checkbox]{width:1.25rem;height:1.25rem;margin:.125rem 0 0;accent-color:#1d4ed8}
input:focus-visible{outline:3px solid;outline-offset:2px}
small{display:block;font-size:.875rem}
.none{border-top:1px solid;padding-top:1rem}
button{font:inherit;font-weight:600;padding:.75rem 1.5rem;border:2px solid #1d4ed8;border-radius:.5rem;background:#1d4ed8;color:#fff;cursor:pointer}
button:hover{background:#1e40af}
.second{background:transparent;color:inherit;border-color:currentColor}
.second:hover{background:transparent;text-decoration:underline}
button:focus-visible{outline:3px solid;outline-offset:3px}`

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

/** No script, no frame around it, no cache, no index, and nobody learns the link from a referrer. */
export const PAGE_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': [
    `default-src 'none'`,
    `style-src 'sha256-${STYLE_HASH}'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
    `base-uri 'none'`,
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
}

/** A form without an action posts to the page's own address. */
const BUTTON = html`<form method="post">
  <input type="hidden" name="${ONE_CLICK[0]}" value="${ONE_CLICK[1]}" />
  <p><button type="submit">Unsubscribe</button></p>
</form>`

/** Every topic that may be shown, as it stands, and one box for none of them. */
function choice(preferences: Preferences | null, title: string): Page | string {
  if (preferences === null) return ''
  const { topics, unsubscribed } = preferences
  if (topics.length === 0 && !unsubscribed) return ''
  return html`<h2>${title}</h2>
    <form method="post">
      <input type="hidden" name="${PREFERENCES}" value="1" />
      ${topics.map(
        ({ id, name, description, subscribed }) =>
          html`<label
            ><input
              type="checkbox"
              name="topic"
              value="${id}"
              ${subscribed ? 'checked' : ''}
            /><span
              >${name}${description === null ? '' : html`<small>${description}</small>`}</span
            ></label
          >`,
      )}
      <label class="none"
        ><input type="checkbox" name="none" ${unsubscribed ? 'checked' : ''} /><span
          >No newsletters at all</span
        ></label
      >
      <p><button class="second" type="submit">Save</button></p>
    </form>`
}

const REST = html`<p class="rest">
  Emails about what you do yourself, such as receipts and password resets, still reach you.
</p>`

function who({ address }: Leaving): Page {
  return html`<strong>${maskedAddress(address)}</strong>`
}

function what({ topicId }: Leaving): string {
  return topicId === null ? 'newsletters from this sender' : 'newsletters on this topic'
}

function page(title: string, content: Page): Page {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${raw(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`
}
