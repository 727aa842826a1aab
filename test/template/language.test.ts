import { expect, test } from 'vitest'
import { compiled, html, missing, text, whole } from './compiled.ts'

const ADA = {
  FIRST_NAME: 'Ada',
  name: '<Ada & "Co">',
  gap: '',
  nothing: null,
  zero: 0,
  no: false,
  items: [
    { title: 'A&B', price: 2 },
    { title: 'C', price: 3 },
  ],
  contact: { city: 'London', street: '' },
  none: [],
  blanks: ['', null, ' ', []],
  people: ['Ada', 'Bob'],
}

test.for([
  ['Hi {{{FIRST_NAME}}}', 'Hi Ada'],
  ['Hi {{{ FIRST_NAME | there }}}', 'Hi Ada'],
  ['Hi {{{NOBODY|there}}}', 'Hi there'],
  ['Hi {{{ NOBODY | my dear friend }}}!', 'Hi my dear friend!'],
  ['Hi {{{gap|there}}}', 'Hi there'],
  ['Hi {{{nothing|there}}}', 'Hi there'],
  ['Hi {{{NOBODY|}}}.', 'Hi .'],
  ['{{{NOBODY|it\'s 50% "off" &amp; more}}}', 'it\'s 50% "off" &amp; more'],
  ['{{{zero|some}}}', '0'],
  ['{{{contact.city|nowhere}}} {{{contact.street|no street}}}', 'London no street'],
  ['{{{FIRST_NAME}}}}', 'Ada}'],
  [
    '{{ name }}|{{{name}}}|{{ name | raw }}',
    '&lt;Ada &amp; &#34;Co&#34;&gt;|&lt;Ada &amp; &#34;Co&#34;&gt;|<Ada & "Co">',
  ],
  ['{{ NOBODY | default: "a > b" }}', 'a &gt; b'],
  ['{{ nick | default: FIRST_NAME | default: "you" }}', 'Ada'],
  ['{{ nick | default: other | default: "you" }}', 'you'],
  ['{{ FIRST_NAME | default: unknown }}', 'Ada'],
  ['{{ no | default: "x", allow_false: true }} {{ no | default: "x" }}', 'false x'],
  ['{% if gap %}a{% else %}b{% endif %}', 'b'],
  ['{% if NOBODY %}a{% elsif contact.street %}b{% else %}c{% endif %}', 'c'],
  ['{% if gap == "" and NOBODY == "" and gap == empty %}yes{% endif %}', 'yes'],
  ['{% if FIRST_NAME != "" %}yes{% endif %}{% if gap != "" %}no{% endif %}', 'yes'],
  ['{% if gap == blank and NOBODY == nil %}yes{% endif %}', 'yes'],
  ['{% unless gap %}none{% endunless %}', 'none'],
  ['{% case contact.city %}{% when "Paris", "London" %}P{% else %}E{% endcase %}', 'P'],
  ['{% for i in items %}{{ forloop.index }}{{ i.title }};{% else %}-{% endfor %}', '1A&amp;B;2C;'],
  ['{% for i in (1..9) %}{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}', '12'],
  ['{% assign n = FIRST_NAME | upcase %}<b>{{ n }}</b>{{ n | size }}', '<b>ADA</b>3'],
  ['{% capture g %}{% if NOBODY %}x{% endif %}{% endcapture %}[{{ g }}]', '[]'],
  ['{% capture g %}Hi {{ FIRST_NAME }}{% endcapture %}a{{ g }}b{{ g }}', 'aHi AdabHi Ada'],
  ['{% increment k %} {% increment k %} {% cycle "a", "b" %}{% cycle "a", "b" %}', '0 1 ab'],
  ['{% comment %}{{ x }}{% if %}{% endcomment %}{% # note %}<i>', '<i>'],
  ['{% raw %}{{ name }} {% if %} {{{X|y}}}{% endraw %}', '{{ name }} {% if %} {{{X|y}}}'],
  ['a  {{- FIRST_NAME -}}  b', 'aAdab'],
  ['{{ "now" | date: "%Y-%m-%d %H:%M" }}', '2026-11-24 12:00'],
  ['{{ "2026-12-01T18:30:00+09:00" | date: "%H:%M" }}', '18:30'],
  ['{{ items | map: "price" | join: "+" }}={{ items | sum: "price" }}', '2+3=5'],
  ['{{{none|there}}} {{{blanks|there}}} {{{people|there}}}', 'there there AdaBob'],
  ['{{ none | default: "x" }} {{ blanks | default: nick | default: "y" }}', 'x y'],
  ['{{ none | first | default: "x" }} {{ blanks | join: ", " | default: "y" }}', 'x y'],
  ['{% if none %}a{% else %}b{% endif %}{% if none == empty %}c{% endif %}', 'ac'],
  ['{% for n in none %}{{ n }}{% else %}nobody{% endfor %}', 'nobody'],
  ['{{ none | size }} {{ none.size }} {{ items | where: "price", 9 | size }}', '0 0 0'],
  ['{% assign n = none | join: ", " %}{% if n %}a{% else %}b{% endif %}', 'b'],
  ['{% assign n = FIRST_NAME | remove: "Ada" | default: "" %}[{{ n }}]', '[]'],
  ['{{ people | join: " and " }} {{ people | first | append: "!" }}', 'Ada and Bob Ada!'],
])('%s', ([source = '', wanted]) => {
  expect(html(source, ADA)).toBe(wanted)
})

test('nothing is escaped in text and subject', () => {
  const parts = whole({ subject: '{{ a }} {{{a}}}', text: '{{ a }} {{{a}}}' }, { a: '<&>' })
  expect(parts).toEqual({ subject: '<&> <&>', html: null, text: '<&> <&>' })
})

test('a subject stays one line whatever is put into it', () => {
  const parts = whole({ subject: 'A\n{{ a }}', text: '-' }, { a: 'x\r\nBcc: y\u2028\u0000z' })
  expect(parts.subject).toBe('A x  Bcc: y  z')
})

test.for([
  ['{{ FIRST }} {{ LAST }}', ['FIRST', 'LAST']],
  ['{{ gap }}{{{nothing}}}', ['gap', 'nothing']],
  ['{{ contact.city }}', ['contact.city']],
  ['{{ a.b.c }}', ['a']],
  ['{% for i in list %}{% endfor %}', ['list']],
  ['{% for i in items %}{{ i.price }}{% endfor %}', ['i.price']],
  ['{% assign n = FIRST | upcase %}Hi {{ n }}', ['FIRST']],
  ['{% assign n = FIRST | default: "x" %}Hi {{ n }}', []],
  ['{% if FIRST %}{{ FIRST }}{% endif %}', []],
  ['{% if other %}{% else %}{{ FIRST }}{% endif %}', ['FIRST']],
  ['{{ "a" | append: FIRST }}', ['FIRST']],
  ['{{ FIRST | default: SECOND }}', ['SECOND']],
  ['{{ FIRST | upcase | default: "x" }}', ['FIRST']],
  ['{{ FIRST | default: "" }}', []],
  ['{{ toString }}{{ hasOwnProperty }}', ['toString', 'hasOwnProperty']],
  ['{{ none }}{{ blanks }}', ['none', 'blanks']],
  ['{{ none | first }}{{ blanks | last | upcase }}', ['none', 'blanks']],
  ['{{ none | join: ", " }}{{ blanks | join: ", " }}', ['none', 'blanks']],
  ['{{ blanks | join: ", " | append: "!" }}', ['blanks']],
  ['{{ blanks | array_to_sentence_string }}', ['blanks']],
  ['{% if none %}Dear {{ none | first }}{% endif %}', ['none']],
  ['{% echo none %}', ['none']],
  ['{% capture g %}{{ none }}{% endcapture %}{{ g }}', ['none']],
  ['{% assign n = none | first %}Dear {{ n }}', ['n']],
  ['{% assign n = none | join: ", " %}Dear {{ n }}', ['n']],
  ['{% assign n = none | reverse %}Dear {{ n }}', ['n']],
  ['{% for n in blanks %}{{ n }}{% endfor %}', ['n']],
  ['{% for i in items %}{{ i.price | default: "free" }}{% endfor %}', []],
  ['{{ word | remove: "x" }}', ['word']],
  ['{{ word | remove: "x" | prepend: "Dear " }}', ['word']],
  ['{{ word | remove: "x" | default: "" }}', []],
] satisfies [string, string[]][])('%s lacks %j', ([source, names]) => {
  const variables = {
    gap: '',
    nothing: null,
    contact: { city: '' },
    items: [{}],
    none: [],
    blanks: ['', null, [' ']],
    word: 'x',
  }
  expect(missing(source, variables)).toEqual(names)
  const rendering = compiled({ html: source }).render(variables)
  expect(rendering.type).toBe(names.length === 0 ? 'rendered' : 'missing')
})

test('variables are listed with whether every use can do without them', () => {
  const { variables } = compiled({
    subject: '{{ a | default: "x" }} {{{b|y}}}',
    html: '{% if c %}{{ c }}{% endif %}{{ d.e }}{{ b }}{% for i in f %}{{ i.g }}{% endfor %}',
    text: '{% assign h = j %}{{ h }}{{ k | default: l | default: "m" }}{{ o[p] }}',
  })
  expect(Object.fromEntries(variables.map(({ name, fallback }) => [name, fallback]))).toEqual({
    a: true,
    b: false,
    c: true,
    'd.e': false,
    f: false,
    j: false,
    k: true,
    l: true,
    o: false,
    p: false,
  })
})

test('parts share no state', () => {
  const source = '{% increment k %}{% assign x = x2 | default: "n" %}{{ x }}'
  const parts = whole({ subject: source, html: source, text: source }, {})
  expect(parts).toEqual({ subject: '0n', html: '0n', text: '0n' })
  expect(text(source)).toBe('0n')
})

test('a variable of the recipient survives what a template counts in it', () => {
  const { render } = compiled({ text: '{% increment k %}' })
  const variables = { k: 5 }
  expect(render(variables)).toEqual({ type: 'rendered', slots: { v0: '5' } })
  expect(variables).toEqual({ k: 5 })
})

const unproven = (source: string) => compiled({ html: source }).unproven

test('whom nothing certain is known about without a rendering', () => {
  const nobody = { lacking: [], everybody: false }
  expect(
    unproven('{{ a }} {{{b|c}}} {{ d | upcase }} {{ e | default: "x" | remove: "x" }}'),
  ).toEqual(nobody)
  expect(unproven('{% for i in l %}{{ i }}{{ forloop.index }}{% endfor %}')).toEqual(nobody)
  expect(unproven('{% for i in l %}{{ i.p | default: "" }}{% endfor %}')).toEqual(nobody)
  expect(unproven('{% for i in l %}{{ i.p }}{% endfor %}')).toEqual({ ...nobody, everybody: true })
  expect(unproven('{% if a or b %}{{ a }}{% endif %}')).toEqual({ ...nobody, lacking: ['a'] })
  expect(
    unproven(
      '{{ a | default: b }}{% unless c %}{{ d }}{% endunless %}{% for i in l %}{{ e }}{% endfor %}',
    ),
  ).toEqual({ ...nobody, lacking: ['b', 'd', 'e'] })
  expect(unproven('{% case a %}{% when "b" %}{{ c }}{% endcase %}{{ c }}')).toEqual({
    ...nobody,
    lacking: ['c'],
  })
  expect(unproven('{{ a | remove: "x" }}')).toEqual({ ...nobody, everybody: true })
  expect(unproven('{% assign n = a | split: " " | first %}')).toEqual({
    ...nobody,
    everybody: true,
  })
})
