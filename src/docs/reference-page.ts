import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'
import type { OpenApiDocument } from './deps.ts'
import type { Group, Operation, Parameter } from './operations.ts'
import { STYLE } from './reference-style.ts'
import { TRY_SCRIPT } from './try-script.ts'

type Page = ReturnType<typeof html>

const hashOf = (text: string) => createHash('sha256').update(text).digest('base64')

/** Its own script and style, calls to its own host, and nothing else from anywhere. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    `default-src 'none'`,
    `script-src 'sha256-${hashOf(TRY_SCRIPT)}'`,
    `style-src 'sha256-${hashOf(STYLE)}'`,
    `connect-src 'self'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
    `base-uri 'none'`,
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

export function referencePage(document: OpenApiDocument, groups: Group[]): Page {
  const { title, description } = document.info
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}: the API</title>
        ${raw(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <nav aria-label="Calls">${groups.map(contents)}</nav>
        <main>
          <h1>${title}</h1>
          <p>${prose(description ?? '')}</p>
          <p>
            The same for programs: <a href="/openapi.json">openapi.json</a>. Every call takes
            <code>Authorization: Bearer re_…</code>, unless it says that it asks for no key.
          </p>
          <label>
            API key for trying. It stays in this page; calls are really made, to this host.
            <input id="key" type="password" autocomplete="off" spellcheck="false" />
          </label>
          ${groups.map(group)} ${errors(document)}
        </main>
        ${raw(`<script>${TRY_SCRIPT}</script>`)}
      </body>
    </html>`
}

function contents({ tag, operations }: Group): Page {
  return html`<h2>${tag}</h2>
    <ul>
      ${operations.map(
        ({ anchor, method, path }) =>
          html`<li>
            <a href="#${anchor}"><span class="method">${method}</span>${path}</a>
          </li>`,
      )}
    </ul>`
}

function group({ tag, operations }: Group): Page {
  return html`<section>
    <h2>${tag}</h2>
    ${operations.map(operation)}
  </section>`
}

function operation(operation: Operation): Page {
  const { anchor, method, path, summary, isKeyed, body, answers } = operation
  return html`<details class="operation" id="${anchor}">
    <summary>
      <span class="method">${method}</span><code>${path}</code>
      <span class="quiet">${prose(summary)}</span>
    </summary>
    <div>
      ${isKeyed ? '' : html`<p>Asks for no key.</p>`}
      ${
        body === null
          ? ''
          : html`<h3>Body: ${body.contentType}</h3>
              ${pre(body.shape)}`
      }
      ${answers.map(
        ({ status, description, shape }) =>
          html`<h3>${status}: ${prose(description)}</h3>
            ${shape === null ? '' : pre(shape)}`,
      )}
      ${tryForm(operation)}
    </div>
  </details>`
}

function tryForm({ method, path, parameters, body }: Operation): Page {
  return html`<h3>Try it</h3>
    <form data-method="${method}" data-path="${path}" data-type="${body?.contentType ?? ''}">
      ${parameters.map(field)}
      ${
        body === null
          ? ''
          : html`<label>
              Body
              <textarea name="body" spellcheck="false">${`\n${body.example}`}</textarea>
            </label>`
      }
      <button type="submit">${method} ${path}</button>
      <output></output>
    </form>`
}

function field(parameter: Parameter): Page {
  const { name, in: where, isRequired, description, options } = parameter
  const of = `${where}.${name}`
  const told = [where === 'path' ? '' : ` (${where})`, description && `: ${description}`].join('')
  return html`<label>
    <code>${name}</code>${told}
    ${
      options.length === 0
        ? html`<input
            name="${of}"
            autocomplete="off"
            spellcheck="false"
            ${isRequired ? 'required' : ''}
          />`
        : html`<select name="${of}">
            ${isRequired ? '' : html`<option value=""></option>`}
            ${options.map((option) => html`<option>${option}</option>`)}
          </select>`
    }
  </label>`
}

/** Said once, since they are the same for every call. */
function errors({ components }: OpenApiDocument): Page {
  const rows = Object.entries(components?.responses ?? {}).flatMap(([name, response]) =>
    '$ref' in response ? [] : [{ status: name.replace('Error', ''), ...response }],
  )
  return html`<section id="errors">
    <h2>Errors</h2>
    <p>
      Every error is <code>{"statusCode": 422, "name": "validation_error", "message": "…"}</code>.
    </p>
    <table>
      ${rows.map(
        ({ status, description }) =>
          html`<tr>
            <td><code>${status}</code></td>
            <td>${description}</td>
          </tr>`,
      )}
    </table>
  </section>`
}

/** Words between backticks are code. */
function prose(text: string): Page[] {
  return text
    .split('`')
    .map((part, at) => (at % 2 === 0 ? html`${part}` : html`<code>${part}</code>`))
}

function pre(text: string): Page {
  return html`<pre>${text}</pre>`
}
