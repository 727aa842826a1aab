import { expect, test } from 'vitest'
import urls from '../attacks/public-urls.json' with { type: 'json' }
import { publicUrl } from '../../src/http/public-url.ts'

const OWN = 'https://mail.acme.dev'

test.each([
  'https://cdn.example-shop.dev/a.pdf',
  'http://example.com/a.pdf',
  'https://example.com:443/a.pdf',
  'https://bücher.de/a.pdf',
  'https://local.example.com/',
  'https://10.example.com/',
])('%s may be fetched', (url) => {
  expect(publicUrl(url, OWN)).toHaveProperty('url')
})

test.each(urls)('%j may not be fetched', (url) => {
  expect(publicUrl(url, OWN)).toHaveProperty('fault')
})

test.each([
  'https://mail.acme.dev/emails',
  'https://MAIL.acme.dev./emails',
  'http://%6d%61%69%6c.acme.dev/',
])('%s is our own and not fetched', (url) => {
  expect(publicUrl(url, OWN)).toHaveProperty('fault')
})
