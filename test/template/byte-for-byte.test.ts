import fc from 'fast-check'
import Handlebars from 'handlebars'
import { Liquid } from 'liquidjs'
import { expect, test } from 'vitest'
import { type TrackLink, withTrackedLinks } from '../../src/domain/tracked-links.ts'
import { inlineTemplate } from '../../src/simulator/ses/template.ts'
import type { Compiled, Parts } from '../../src/template/compiled.ts'
import type { Variables } from '../../src/template/scope.ts'
import { compiled } from './compiled.ts'

/** What bites beside a slot, in static text and in values. */
const NASTY = [
  '{x',
  '}',
  '}}',
  '\\',
  '\\\\',
  '~',
  '!',
  '#',
  '/',
  '^',
  '&',
  '>',
  '<',
  '"',
  "'",
  '`',
  '=',
  '|',
  '-',
  '\n',
  '\r',
  '\r\n',
  '\t',
  ' ',
  '\u000b',
  '\u0085',
  '\u2028',
  '\u2029',
  '\ufeff',
  '\u00a0',
  'é',
  'ß',
  'İ',
  '你',
  '😀',
  '\ud83d',
  '\u0000'.replace('\0', '\u0001'),
  '.a{color:red}',
  '@media x{.a{b:c}}',
  '{"a":{"b":[1,{}]}}',
  '{"a":"\\"}\\""}',
  '<!-- -->',
  '</body>',
  'v0',
  'text',
  '[v0]',
  '..',
  'ses:openTracker',
  '</p>\r\n<p>',
]
const ONLY_IN_VALUES = [
  '{{',
  '{{v0}}',
  '{{{v1}}}',
  '{%',
  '{% if a %}',
  '{{~',
  '~}}',
  '\\{{v0}}',
  '{{!--',
]
const DYNAMIC = [
  '{{ a }}',
  '{{b}}',
  '{{- a -}}',
  '{{ b | raw }}',
  '{{ a | append: "{" | prepend: "}" }}',
  '{{ none | default: "\\{" }}',
  '{{ "{{v0}}" }}',
  '{{ b | upcase | escape }}',
  '{{ l | join: "}" }}',
  '{% if a %}{x}{% endif %}',
  '{%- if none -%}x{% else %}\\{% endif %}',
  '{% unless none %}{{ a }}}{% endunless %}',
  '{% for i in l %}{{ i }}}{{ forloop.index }}\r\n{% endfor %}',
  '{% for i in none2 %}{% endfor %}',
  '{% case a %}{% when "{" %}{{ b }}{% else %}}{% endcase %}',
  '{% assign q = a | append: "}" %}',
  '{{ q | default: "{" }}',
  '{% if q %}{{ q }}{% endif %}',
  '{% capture w %}{{ b }}\\{% endcapture %}',
  '{% if w %}{{ w | raw }}{% endif %}',
  '{% increment k %}',
  '{% decrement k %}',
  '{% cycle "{", "}", "\\\\" %}',
  '{% echo a %}',
  '{% comment %}{{ a }}{% endcomment %}',
  '{% # } %}',
  '{% tablerow i in l cols: 2 %}{{ i }}{% endtablerow %}',
]

/** Resend's language, and the same in Liquid. */
const RESEND = new Map([
  ['{{{c}}}', '{{ c }}'],
  ['{{{ a | x }}}', '{{ a }}'],
  ['{{{none| \\<b>&amp;"x"\\ }}}', '\\<b>&amp;"x"\\'],
])

/** In a raw block, so that a brace may stand before a slot and two anywhere. */
const rawBlock = fc
  .array(fc.constantFrom('{', ...NASTY, ...ONLY_IN_VALUES), { minLength: 1, maxLength: 4 })
  .map((texts) => `{% raw %}${texts.join('')}{% endraw %}`)
const source = fc
  .array(
    fc.oneof({ arbitrary: fc.constantFrom(...NASTY), weight: 2 }, rawBlock, {
      arbitrary: fc.constantFrom(...DYNAMIC, ...RESEND.keys()),
      weight: 3,
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((pieces) => ({
    author: pieces.join(''),
    liquid: pieces.map((piece) => RESEND.get(piece) ?? piece).join(''),
  }))
/** Never blank: that would be absent. */
const value = fc
  .array(fc.constantFrom('{', ...NASTY, ...ONLY_IN_VALUES), { minLength: 1, maxLength: 5 })
  .map((texts) => texts.join(''))
  .filter((text) => text.trim() !== '')
const variables = fc.record({
  a: value,
  b: value,
  c: fc.oneof(value, fc.integer(), fc.boolean()),
  l: fc.array(value, { minLength: 1, maxLength: 3 }),
  none2: fc.constant([]),
})

const RUNS = 600
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g
const PLAIN = { strictVariables: true, strictFilters: true, lenientIf: true, ownPropertyOnly: true }
const liquid = { html: new Liquid({ ...PLAIN, outputEscape: 'escape' }), text: new Liquid(PLAIN) }

test('what SES makes of template and slots is what the preview shows, and what Liquid prints', () => {
  let slots = 0
  fc.assert(
    fc.property(source, source, source, variables, (subject, html, text, values) => {
      const shown = shownBy(
        compiled({ subject: `s${subject.author}`, html: html.author, text: text.author }),
        values,
      )
      slots += Object.keys(shown.slots).length
      expect(filled(shown, handlebars)).toEqual(shown.parts)
      expect(filled(shown, simulated)).toEqual(shown.parts)
      expect(shown.parts).toEqual({
        subject: `s${liquid.text.parseAndRenderSync(subject.liquid, { ...values })}`.replace(
          CONTROLS,
          ' ',
        ),
        html: liquid.html.parseAndRenderSync(html.liquid, { ...values }),
        text: liquid.text.parseAndRenderSync(text.liquid, { ...values }),
      })
    }),
    { numRuns: RUNS },
  )
  expect(slots).toBeGreaterThan(5 * RUNS)
}, 120_000)

const LINKED = [
  '<a href="https://acme.dev/?a=1&amp;b=2">',
  "<A class='x' href='http://acme.dev'>",
  '<a href="https://acme.dev/{{ a }}?b={{ b }}" title="{{ c }}">',
  '<a {% if a %}href="https://acme.dev/"{% endif %}>',
  '<a href="{{{RESEND_UNSUBSCRIBE_URL}}}">',
  '<a href="{{ site }}">',
  '<a href="mailto:{{ a }}">',
  '{% if a %}<a href="https://acme.dev/{{ b }}">{% else %}<a href="#">{% endif %}',
  '{% for i in l %}<a href="https://acme.dev/{{ i }}">{{ i }}</a>{% endfor %}',
  '<a ses:no-track href="https://acme.dev/">',
  '<a title="> {{ a }}" href="https://acme.dev/">',
  '<area href=https://acme.dev/x>',
  '<a>',
  '</a>',
]
const UNSUBSCRIBE = 'https://mail.acme.dev/u/token'
const track = (link: string) =>
  link === UNSUBSCRIBE ? null : `https://t.dev/c/?a=1&b=${link.length}`

test('led elsewhere or not, links change no other byte, for SES and alone', () => {
  const linked = fc
    .array(
      fc.oneof(
        { arbitrary: fc.constantFrom(...LINKED), weight: 2 },
        fc.constantFrom(
          'x',
          '{x',
          '}',
          '\\',
          ' ',
          '</body>',
          '{{ a }}',
          '{% assign q = a %}{{ q }}',
        ),
      ),
      { minLength: 1, maxLength: 12 },
    )
    .map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(linked, variables, (html, given) => {
      const values = {
        ...given,
        site: 'https://site.dev/?a=1&b=2',
        RESEND_UNSUBSCRIBE_URL: UNSUBSCRIBE,
      }
      const preview = shownBy(compiled({ html, text: '' }), values)
      const followed = compiled({ html, text: '', clicks: true })
      const shown = shownBy(followed, values, track)
      expect(filled(shown, handlebars)).toEqual(shown.parts)
      expect(filled(shown, simulated)).toEqual(shown.parts)
      expect(shown.parts.html).toBe(withTrackedLinks(preview.parts.html ?? '', track))
      expect(shownBy(followed, values).parts).toEqual(preview.parts)
    }),
    { numRuns: RUNS },
  )
})

type Fill = (template: string, slots: Record<string, string>) => string

const handlebars: Fill = (template, slots) =>
  Handlebars.compile(template, { noEscape: true })(slots)

/** Also refuses what SES refuses, and slots without a value. */
const simulated: Fill = (template, slots) => {
  const read = inlineTemplate(template)
  const lacking = read.names.filter((name) => !Object.hasOwn(slots, name))
  return lacking.length === 0 ? read.render(slots) : `lacks ${lacking.join()}`
}

interface Shown {
  template: Parts
  slots: Record<string, string>
  parts: Parts
}

function filled({ template, slots }: Shown, fill: Fill): Parts {
  const { subject, html, text } = template
  return {
    subject: fill(subject, slots),
    html: html === null ? null : fill(html, slots),
    text: text === null ? null : fill(text, slots),
  }
}

function shownBy(
  { template, render, whole }: Compiled,
  values: Variables,
  tracking?: TrackLink,
): Shown {
  const rendering = render(values, tracking)
  const shown = whole(values, tracking)
  if (rendering.type !== 'rendered' || shown.type !== 'rendered')
    throw new Error(JSON.stringify([rendering, shown]))
  return { template, slots: JSON.parse(JSON.stringify(rendering.slots)), parts: shown.parts }
}
