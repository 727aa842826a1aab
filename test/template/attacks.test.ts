import { expect, test } from 'vitest'
import type { Variables } from '../../src/template/scope.ts'
import { compiled, faults, html, missing, text } from './compiled.ts'

const CODE = '{{ secret }}{% if 1 %}x{% endif %}{{{v0}}}{{v1}}\\{{v0}}'

test.for([
  '{{ a }}',
  '{{{a}}}',
  '{{ a | append: "" }}',
  '{% capture c %}{{ a }}{% endcapture %}{{ c }}',
  '{% assign c = a %}{{ c }}',
  '{% for i in l %}{{ i }}{% endfor %}',
  '{% cycle a, "" %}',
  '{% echo a %}',
  '{{ nobody | default: a }}',
])('a value that looks like code stays text in %s', (source) => {
  expect(text(source, { a: CODE, l: [CODE], secret: 'S' })).toBe(CODE)
})

test.for([
  '{{ __proto__ }}',
  '{{ a.__proto__ }}',
  '{{ a["constructor"] }}',
  '{{ a.constructor.name }}',
  '{{{a.prototype}}}',
  '{{{__proto__|x}}}',
  '{% assign __proto__ = "x" %}',
  '{% capture constructor %}x{% endcapture %}',
  '{% for prototype in l %}{% endfor %}',
  '{% if a.__proto__ %}{% endif %}',
])('%s names what is no variable', (source) => {
  expect(faults({ text: source })).toEqual([expect.objectContaining({ part: 'text', line: 1 })])
})

test('nothing that JavaScript keeps on a value can be read, however it is named', () => {
  const own: unknown = JSON.parse(
    '{"__proto__":{"x":"polluted"},"k":"__proto__","c":"constructor"}',
  )
  const variables: Variables = { o: own, l: [1], s: 'text', k: '__proto__', c: 'constructor' }
  for (const source of ['{{ o[k] }}', '{{ o[c] }}', '{{ l[c] }}', '{{ s[c] }}', '{{ o[o.k] }}']) {
    expect(compiled({ text: source }).render(variables)).toMatchObject({ type: 'missing' })
  }
  expect(missing('{{ l | map: c | join }}{{ l | map: k | join }}', variables)).toEqual(['l'])
  const polluting: unknown = JSON.parse('{"__proto__":{"x":"polluted"}}')
  const uploaded: Variables = Object.assign(Object.create(null), polluting)
  expect(compiled({ text: '{{ x }}' }).missing(uploaded)).toEqual(['x'])
})

const MANY = { l: Array.from({ length: 1_000 }, (_, i) => i), s: 'x'.repeat(1_000) }

test.for([
  '{% for i in (1..1000000000) %}{% endfor %}',
  '{% for a in l %}{% for b in l %}{% for c in l %}{% for d in l %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}',
  '{% tablerow a in l %}{% for b in l %}{% for c in l %}{% endfor %}{% endfor %}{% endtablerow %}',
  `{% for a in l %}${'y'.repeat(10_000)}{% endfor %}`,
  `{% capture c %}z{% endcapture %}${'{% capture c %}{{ c }}{{ c }}{% endcapture %}'.repeat(40)}{{ c }}`,
  `{% capture c %}z{% endcapture %}${'{% capture c %}{{ c | raw }}{{ c | raw }}{% endcapture %}'.repeat(40)}{{ c }}`,
  `{% assign c = s %}${'{% assign c = c | append: c %}'.repeat(40)}{{ c }}`,
  '{{ "now" | date: "%1000000000Y" }}',
  '{{ s | replace: "x", s | replace: "x", s }}',
])('%s ends soon', (source) => {
  const started = performance.now()
  for (const given of [{ html: source }, { text: source }]) {
    expect(compiled(given).render(MANY)).toMatchObject({
      type: 'failed',
      message: 'The template does more work than one may.',
    })
  }
  expect(performance.now() - started).toBeLessThan(2_000)
})

test.for([
  ['{{ a | nope }}', 1, 1, 'Undefined filter: nope.'],
  ['{% cycle a | nope, "b" %}', 1, 1, 'Undefined filter: nope.'],
  ['{{ a | constructor }}', 1, 1, 'Undefined filter: constructor.'],
  ['{{ l | where_exp: "i", code }}', 1, 1, 'Undefined filter: where_exp.'],
  ['{{ l | sample }}', 1, 1, 'Undefined filter: sample.'],
  ['\n\n {% nope %}', 3, 2, 'Tag "nope" not found.'],
  ['{% liquid\n echo a %}', 1, 1, 'Tag "liquid" not found.'],
  ['{% include "x" %}', 1, 1, '`include` reads other templates; there are none.'],
  ['{% render "x" %}', 1, 1, '`render` reads other templates; there are none.'],
  ['{% layout "x" %}', 1, 1, '`layout` reads other templates; there are none.'],
  ['{% block x %}{% endblock %}', 1, 1, '`block` reads other templates; there are none.'],
  ['a\r\nb {{ a', 2, 3, 'Output "{{ a" not closed.'],
  ['{% if a', 1, 1, 'Tag "{% if a" not closed.'],
  ['{% if a %}x', 1, 1, 'Tag {% if a %} not closed.'],
  ['{% raw %}x', 1, 10, 'Raw "{% raw %}x" not closed.'],
  ['x{% endif %}', 1, 2, 'Tag "endif" not found.'],
  ['{{}}', 1, 3, 'Invalid value expression: "".'],
  ['{{{{a}}}}', 1, 1, '"{{{{a}}}}" is not closed or not a name.'],
  ['x {{{a', 1, 3, '"{{{a" is not closed or not a name.'],
  ['{{{a b}}}', 1, 1, '"{{{a b}}}" is not closed or not a name.'],
  ['{{{a|{{b}}}}}', 1, 1, '"{{{a|{{b}}}}}" is not closed or not a name.'],
  ['{{{a..b}}}', 1, 1, '"{{{a..b}}}" cannot use `a..b` as a name.'],
  ['{{{true}}}', 1, 1, '"{{{true}}}" cannot use `true` as a name.'],
  ['{{{a|raw}}}', 1, 1, '"{{{a|raw}}}" takes a fallback text behind |, filters stand in {{ }}.'],
  ['{% break %}', 1, 1, '`break` and `continue` stand inside a `for`.'],
  ['{% if a %}\n{% continue %}{% endif %}', 2, 1, '`break` and `continue` stand inside a `for`.'],
  ['a\0b', 1, 2, 'The source holds a NUL character.'],
  ['{% if a %}'.repeat(10_000), 1, 1, 'There are more than 5000 tags.'],
  ['{% if a %}'.repeat(51), 1, 501, 'Tags are nested too deeply.'],
  ['x'.repeat(1_000_001), 1, 1, 'The source is too long.'],
] satisfies [string, number, number, string][])('%s is told', ([source, line, column, message]) => {
  expect(faults({ html: source })).toEqual([{ part: 'html', line, column, message }])
})

test('every part tells its own fault', () => {
  const told = faults({ subject: '{{', html: '{{', text: '{{', previewText: '{{' })
  expect(told.map(({ part }) => part)).toEqual(['subject', 'text', 'html', 'preview_text'])
  expect(faults({ subject: '' }).map(({ part }) => part)).toEqual(['html', 'subject'])
})

test('slots written by the author himself are variables like others', () => {
  expect(html('{{v0}}{{ v1 }}', { v0: 'a', v1: '{{v0}}' })).toBe('a{{v0}}')
  expect(compiled({ html: '{{v0}}' }).missing({})).toEqual(['v0'])
})

test('an object is not printed as if it were text', () => {
  expect(compiled({ html: '{{ o }}' }).render({ o: { a: 1 } })).toEqual({
    type: 'failed',
    part: 'html',
    message: 'An object cannot be printed, only its properties.',
  })
  expect(html('{{ o.size }}{{ o | json }}', { o: { a: 1 } })).toBe('1{&#34;a&#34;:1}')
})
