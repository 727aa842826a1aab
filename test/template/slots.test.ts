import { expect, test } from 'vitest'
import { compiled, whole } from './compiled.ts'

test.for([
  ['static { } \\ text, a{b:c}}', 'static { } \\ text, a{b:c}}', []],
  ['{{ a }}', '{{v1}}', ['A']],
  ['{{ a }}{{ b }}', '{{v1}}', ['AB']],
  ['{{ a }} {{ b }}', '{{v1}} {{v2}}', ['A', 'B']],
  ['p{q:{{ a }}}', 'p{q:{{v1}}', ['A}']],
  ['x\\{{ a }}\\y', 'x{{v1}}y', ['\\A\\']],
  ['x\\\\{{ a }}}\\}z}', 'x{{v1}}z}', ['\\\\A}\\}']],
  ['{{ a }}}{{ b }}', '{{v1}}', ['A}B']],
  ['{% raw %}{{v0}}{% endraw %}', '{{v1}}v0}}', ['{{']],
  ['{% raw %}a{{{{b}}c{d{% endraw %}', 'a{{v1}}b}}c{d', ['{{{{']],
  ['{% raw %}{% endraw %}{{ a }}', '{{v1}}', ['A']],
  ['{% raw %}{{% endraw %}{{ a }}', '{{v1}}', ['{A']],
  ['{{ a }}~ ~{{ b }}', '{{v1}}~ ~{{v2}}', ['A', 'B']],
  ['{{ a }}\r\n\r{{ b }}\n', '{{v1}}\r\n\r{{v2}}\n', ['A', 'B']],
  ['{% assign q = a %}x{{ q }}{% assign q = b %}', 'x{{v1}}', ['A']],
  ['x{% comment %}{{ z }}{% endcomment %}y', 'xy', []],
  ['{% if a %}x{% endif %}', '{{v1}}', ['x']],
] satisfies [string, string, string[]][])('%j becomes %j', ([text, template, values]) => {
  const { render, ...made } = compiled({ subject: '{{ a }}', text })
  expect(made.template).toEqual({ subject: '{{v0}}', html: null, text: template })
  const slots = Object.fromEntries(['A', ...values].map((value, at) => [`v${at}`, value]))
  expect(render({ a: 'A', b: 'B' })).toEqual({ type: 'rendered', slots })
})

test('slots are numbered over subject, html and text', () => {
  const { template } = compiled({ subject: '{{ a }}', html: '<b>{{ a }}</b>', text: 'x{{ a }}' })
  expect(template).toEqual({ subject: '{{v0}}', html: '<b>{{v1}}</b>', text: 'x{{v2}}' })
})

test('sizes count the bytes of what is sent once', () => {
  const { staticBytes, largestPartBytes } = compiled({ subject: 'é', html: '<p>{{ a }}€' })
  expect({ staticBytes, largestPartBytes }).toEqual({
    staticBytes: 2 + 12 + 9,
    largestPartBytes: 12,
  })
})

test.for([
  [
    '<html><BODY class="x"><p>a</p></BODY></html>',
    '<html><BODY class="x">^<p>a</p>$</BODY></html>',
  ],
  ['<body class="{{ c }}" id="1">a</body>', '<body class="C" id="1">^a$</body>'],
  ['<body>a</body><!-- </body> -->', '<body>^a</body><!-- $</body> -->'],
  ['<p>İİİ</p></body>', '^<p>İİİ</p>$</body>'],
  ['<p>a</p>', '^<p>a</p>$'],
  ['<bodyguard>a', '^<bodyguard>a$'],
  ['{% raw %}<body>{{x}}</body>{% endraw %}', '<body>^{{x}}$</body>'],
] satisfies [string, string][])('%s carries preview text and pixel', ([source, wanted]) => {
  const { html } = whole(
    {
      html: source,
      text: '-',
      previewText: 'R&D\nfor {{ n | raw }}{% if n %}>{% endif %}',
      pixel: true,
    },
    { c: 'C', n: '<b>', AEROGRAM_PIXEL_URL: 'https://mail.example/o/t.gif?a=1&b=2' },
  )
  const preheader =
    '<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">R&amp;D for &lt;b&gt;&gt;</div>'
  const image =
    '<img src="https://mail.example/o/t.gif?a=1&amp;b=2" width="1" height="1" alt="" style="display:block">'
  expect(html).toBe(wanted.replace('^', preheader).replace('$', image))
})
