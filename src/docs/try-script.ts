/** Runs in the reader's browser: makes the call of a form to the host that the page came from. */
export const TRY_SCRIPT = `'use strict'
const key = document.querySelector('#key')

for (const form of document.querySelectorAll('form')) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const answer = form.querySelector('output')
    const button = form.querySelector('button')
    answer.textContent = 'Asking…'
    button.disabled = true
    try {
      answer.textContent = await asked(form)
    } catch (error) {
      answer.textContent = String(error)
    }
    button.disabled = false
  })
}

async function asked({ dataset, elements }) {
  let path = dataset.path
  const query = new URLSearchParams()
  const headers = {}
  let body
  for (const { name, value } of elements) {
    const [where, ...rest] = name.split('.')
    const named = rest.join('.')
    if (where === 'path') path = path.replace('{' + named + '}', encodeURIComponent(value))
    else if (where === 'query' && value !== '') query.set(named, value)
    else if (where === 'header' && value !== '') headers[named] = value
    else if (where === 'body') body = value
  }
  if (key.value !== '') headers.authorization = 'Bearer ' + key.value.trim()
  if (body !== undefined) headers['content-type'] = dataset.type
  const target = query.size === 0 ? path : path + '?' + query
  const response = await fetch(target, { method: dataset.method, headers, body })
  const text = await response.text()
  return response.status + ' ' + response.statusText + '\\n' + pretty(text)
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

function openNamed() {
  const named = document.getElementById(location.hash.slice(1))
  if (named instanceof HTMLDetailsElement) named.open = true
}
addEventListener('hashchange', openNamed)
openNamed()
`
