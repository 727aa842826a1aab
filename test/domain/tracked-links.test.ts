import { expect, test } from 'vitest'
import { websiteOf, withTrackedLinks } from '../../src/domain/tracked-links.ts'

const tracked = (html: string) => withTrackedLinks(html, (link) => `T(${link})`)

test.for([
  ['<a href="https://acme.dev/">x</a>', '<a href="T(https://acme.dev/)">x</a>'],
  ['<A HREF=\'http://acme.dev\' class="b">x</A>', '<A HREF="T(http://acme.dev)" class="b">x</A>'],
  ['<a href=https://acme.dev/a>x</a>', '<a href="T(https://acme.dev/a)">x</a>'],
  [
    '<a\n title="a > b" href = "https://acme.dev/">x',
    '<a\n title="a > b" href = "T(https://acme.dev/)">x',
  ],
  [
    '<a href="https://acme.dev/?a=1&amp;b=2&#38;c&#x3d;3">x',
    '<a href="T(https://acme.dev/?a=1&amp;b=2&amp;c=3)">x',
  ],
  ['<a href="https://acme.dev/?a=1&copy=2">x', '<a href="T(https://acme.dev/?a=1&amp;copy=2)">x'],
  ['<a href=" https://acme.dev/é ">x', '<a href="T(https://acme.dev/%C3%A9)">x'],
  ['<area href="https://acme.dev/"><b>', '<area href="T(https://acme.dev/)"><b>'],
  [
    '<a href="https://a.dev"><a href="https://b.dev">',
    '<a href="T(https://a.dev)"><a href="T(https://b.dev)">',
  ],
] satisfies [string, string][])('%s becomes %s', ([html, wanted]) => {
  expect(tracked(html)).toBe(wanted)
})

test.for([
  '<a href="mailto:ada@acme.dev">x</a>',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="JaVaScRiPt:alert(1)//https://acme.dev">x</a>',
  '<a href="data:text/html,x">x</a>',
  '<a href="tel:1">x</a>',
  '<a href="#top">x</a>',
  '<a href="/relative">x</a>',
  '<a href="//acme.dev/">x</a>',
  '<a href="https://">x</a>',
  '<a href="">x</a>',
  '<a name="x">x</a>',
  '<a data-href="https://acme.dev/">x</a>',
  '<a title=" href=https://acme.dev/">x</a>',
  '<a ses:no-track href="https://acme.dev/">x</a>',
  '<a href="https://acme.dev/" ses:no-track>x</a>',
  '<abbr href="https://acme.dev/">x</abbr>',
  '<img src="https://acme.dev/a.png">',
  '<link href="https://acme.dev/a.css">',
  'https://acme.dev/',
  '',
])('%s stays as it is', (html) => {
  expect(tracked(html)).toBe(html)
})

test('a link that is not to be tracked keeps every byte', () => {
  const html = `<A  HREF='https://acme.dev/?a=1&b=2'>x</a>`
  expect(withTrackedLinks(html, () => null)).toBe(html)
})

test('a page of tags that never end takes no time', () => {
  const html = '<a href="'.repeat(20_000) + '<a '.repeat(20_000) + ' href='.repeat(20_000)
  const start = performance.now()
  tracked(html)
  expect(performance.now() - start).toBeLessThan(2000)
})

test.for([
  ['https://acme.dev', 'https://acme.dev'],
  ['HTTPS://acme.dev/a b', 'https://acme.dev/a%20b'],
  ['https://acme.dev/\r\nSet-Cookie: a', 'https://acme.dev/Set-Cookie:%20a'],
  ['ftp://acme.dev/', null],
  ['javascript://acme.dev/', null],
  [' https://acme.dev/ ', 'https://acme.dev/'],
] satisfies [string, string | null][])('%j leads to %j', ([link, website]) => {
  expect(websiteOf(link)).toBe(website)
})
