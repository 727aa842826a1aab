import { expect, test } from 'vitest'
import { whole } from './compiled.ts'

test('the library that Workers get prints the same', () => {
  const html =
    '<body>{{ a }} {{{b|there}}} {% for i in l %}{{ i | url_encode }},{% endfor %}' +
    '{{ a | base64_encode | base64_decode }} {{ "now" | date: "%A %-d %B %Y" }}</body>'
  const parts = whole({ subject: '{{ a }}\n', html }, { a: 'é<', l: ['x y', '&'] })
  expect(parts).toEqual({
    subject: 'é< ',
    html: '<body>é&lt; there x+y,%26,é&lt; Tuesday 24 November 2026</body>',
    text: 'é< there x+y,%26,é< Tuesday 24 November 2026',
  })
})
