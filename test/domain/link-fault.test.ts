import { expect, test } from 'vitest'
import { linkFault, linksOf } from '../../src/domain/link-fault.ts'

test.each([
  ['<a href="https://a.dev/">x</a>', ['https://a.dev/']],
  ["<A class=x HREF = 'https://a.dev/?b=1&amp;c=2'>", ['https://a.dev/?b=1&c=2']],
  ['<a href=https://a.dev/x>', ['https://a.dev/x']],
  ['<a href=" https://a.dev/ "><a href="https://a.dev/">', ['https://a.dev/']],
  ['<a\n  id="x"\n  href="#top">', ['#top']],
  ['<a href="">', ['']],
  ['<abbr href="https://a.dev/"><link href="https://b.dev/"><a data-href="c">', []],
  ['<p>no link</p>', []],
])('%s links to %j', (html, links) => {
  expect(linksOf(html)).toEqual(links)
})

test.each(['https://a.dev/', 'http://a.dev/', 'mailto:a@b.dev', 'tel:+43', 'sms:+43', '#', '#top'])(
  '%s can be followed',
  (link) => {
    expect(linkFault(link)).toBeNull()
  },
)

test.each([
  ['', 'it is empty'],
  ['/path', 'it is not a whole URL'],
  ['a.dev', 'it is not a whole URL'],
  ['javascript:alert(1)', 'mail programs do not follow javascript:'],
  ['ftp://a.dev/', 'mail programs do not follow ftp:'],
  ['https://localhost/', 'its host is not on the internet'],
  ['http://intranet/x', 'its host is not on the internet'],
])('%j cannot: %s', (link, fault) => {
  expect(linkFault(link)).toBe(fault)
})
