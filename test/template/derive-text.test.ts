import { expect, test } from 'vitest'
import { plainText } from '../../src/template/plain-text.ts'
import { compiled, whole } from './compiled.ts'

const ADA = {
  name: 'Ada <3 "&"',
  url: 'https://example.com/?a=1&b=2',
  note: '<p>Dear <b>you</b> &amp; me</p>',
  items: ['x', 'y'],
  vip: true,
}

test.for([
  ['<h1>Hi {{ name }}</h1><p>Bye</p>', 'Hi Ada <3 "&"\n\nBye'],
  ['<a href="{{ url }}">Read</a>', 'Read [https://example.com/?a=1&b=2]'],
  ['<b>{{{NICK|l&#x27;ami &amp; co}}}</b>', "l'ami & co"],
  ['<ul>{% for i in items %}<li>{{ i }}</li>{% endfor %}</ul>', '\n * x\n * y'],
  ['<p>{% if vip %}<b>Gold</b>{% else %}<i>Tin</i>{% endif %}</p>', 'Gold'],
  [
    '{% assign n = name | upcase %}<html><head><title>t</title></head><body>{{ n }}</body></html>',
    'ADA <3 "&"',
  ],
  [
    '{% capture c %}<b>B &amp; {{ name }}</b>{% endcapture %}<html><body>{{ c | raw }}</body></html>',
    'B & Ada <3 "&"',
  ],
  ['<body>a<img src="{% if vip %}x{% endif %}" {% if vip %}alt="y"{% endif %}>b</body>', 'ab'],
  [
    '<a href="{% if vip %}https://a.example{% else %}https://b.example{% endif %}">{{ name }}</a>',
    'Ada <3 "&" [https://a.example]',
  ],
  ['<p>{{ note | raw }}</p>', 'Dear you & me'],
  ['<p>&#123;&#123; secret }} {% raw %}{{ raw }}{% endraw %}</p>', '{{ secret }} {{ raw }}'],
  ['<p>a{%- if vip -%}</p><p>b{%- endif -%}</p><p>c</p>', 'a\n\nb\n\nc'],
  ['<p>{% comment %}<b>not {{ this }}</b>{% endcomment %}x</p>', 'x'],
  ['<style>a{b:c}</style><p>\ue000\ue001 {{ name }}</p>', '\ue000\ue001 Ada <3 "&"'],
] satisfies [string, string][])('%s reads as %j', ([html, text]) => {
  expect(whole({ html }, ADA).text).toBe(text)
})

test('a derived text is the text of the rendered html', () => {
  const html =
    '<html><head><title>News</title></head><body><h1>Hi {{ FIRST | default: "there" }}</h1>' +
    '<table><tr><td>City</td><td>{{ city }}</td></tr></table><p>See <a href="{{ url }}">here</a>,' +
    ' {{{LAST|friend}}}.</p>{% if vip %}<p>Gold</p>{% endif %}</body></html>'
  const parts = whole({ html }, { FIRST: "O'Neil & Søn", city: '<Århus>', ...ADA })
  expect(parts.text).toBe(plainText(parts.html ?? ''))
})

test('no text is made of html that is too large, nor when none is wanted', () => {
  expect(compiled({ html: `<p>${'x'.repeat(500_000)}` }).template.text).toBe(null)
  expect(compiled({ html: '<p>x', toText: null }).template.text).toBe(null)
})
