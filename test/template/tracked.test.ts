import { expect, test } from 'vitest'
import { compiled } from './compiled.ts'

const track = (link: string) => (link.includes('/u/') ? null : `T(${link})`)

const html = (source: string, values: Record<string, unknown> = {}, clicks = true): string => {
  const whole = compiled({ html: source, text: '-', clicks }).whole(values, track)
  if (whole.type !== 'rendered') throw new Error(JSON.stringify(whole))
  return whole.parts.html ?? ''
}

test.for([
  ['<a href="https://acme.dev/">x</a>', '<a href="T(https://acme.dev/)">x</a>'],
  ['<a href="{{ u }}">x</a>', '<a href="T(https://b.dev/?a=1&amp;b=2)">x</a>'],
  [
    '<a href="https://acme.dev/{{ n }}" id="{{ n }}">',
    '<a href="T(https://acme.dev/%3C%22%3E)" id="&lt;&#34;&gt;">',
  ],
  ['<a href="{{{RESEND_UNSUBSCRIBE_URL}}}">', '<a href="https://mail.dev/u/t">'],
  ['<a href="mailto:{{ n }}">', '<a href="mailto:&lt;&#34;&gt;">'],
  ['{% if n %}<a href="https://acme.dev/{{ k }}">{% endif %}', '<a href="T(https://acme.dev/7)">'],
  [
    '{% for i in l %}<a href="https://acme.dev/{{ i }}">{% endfor %}',
    '<a href="T(https://acme.dev/1)"><a href="T(https://acme.dev/2)">',
  ],
  ['<a href="javascript:{{ k }}">', '<a href="javascript:7">'],
  ['<a href="{{ evil }}">', '<a href="javascript:alert(1)">'],
  ['<p title="{{ k }}">https://acme.dev/</p>', '<p title="7">https://acme.dev/</p>'],
  ['<a href="https://acme.dev/{{ k }}', '<a href="https://acme.dev/7'],
] satisfies [string, string][])('%s is %s', ([source, wanted]) => {
  const values = {
    u: 'https://b.dev/?a=1&b=2',
    n: '<">',
    k: 7,
    l: [1, 2],
    evil: 'javascript:alert(1)',
    RESEND_UNSUBSCRIBE_URL: 'https://mail.dev/u/t',
  }
  expect(html(source, values)).toBe(wanted)
})

test('the template names each link once, and a recipient brings where it leads', () => {
  const { template, render } = compiled({
    html: '<a class="b" href="https://acme.dev/">x</a> <a href="https://{{ h }}/">y</a>',
    text: '-',
    clicks: true,
  })
  expect(template.html).toBe('<a class="b" href={{v0}}>x</a> {{v1}}y</a>')
  expect(render({ h: 'b.dev' }, track)).toEqual({
    type: 'rendered',
    slots: { v0: '"T(https://acme.dev/)"', v1: '<a href="T(https://b.dev/)">' },
  })
})

test('every value that a tag lacks is told', () => {
  const rendering = compiled({
    html: '<a href="https://{{ a }}/{{ b }}">',
    text: '-',
    clicks: true,
  })
  expect(rendering.render({})).toEqual({ type: 'missing', names: ['a', 'b'] })
})

test('neither text nor an html without the switch is changed', () => {
  expect(html('<a href="https://acme.dev/">x</a>', {}, false)).toBe(
    '<a href="https://acme.dev/">x</a>',
  )
  const derived = compiled({ html: '<a href="https://acme.dev/">x</a>', clicks: true }).whole(
    {},
    track,
  )
  expect(derived).toMatchObject({ parts: { text: 'x [https://acme.dev/]' } })
})
