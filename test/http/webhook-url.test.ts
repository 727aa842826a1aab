import { expect, test } from 'vitest'
import { webhookUrlFault } from '../../src/http/webhook-url.ts'

const ownUrl = 'https://mail.acme.dev'

test.each(['https://hooks.acme.dev/in', 'https://hooks.acme.dev', 'https://bücher.de/a?b=c'])(
  '%s can be told',
  (url) => {
    expect(webhookUrlFault(url, { ownUrl, loopback: false })).toBeNull()
  },
)

test.each([
  'nothing',
  'http://hooks.acme.dev',
  'ftp://hooks.acme.dev',
  'javascript:alert(1)',
  'https://user:pass@hooks.acme.dev',
  'https://mail.acme.dev/webhooks',
  'https://MAIL.acme.dev./',
  'https://127.0.0.1/',
  'https://0x7f.1/',
  'https://2130706433/',
  'https://0177.0.0.1/',
  'https://[::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[fd00::1]/',
  'https://[fe80::1]/',
  'https://10.0.0.1/',
  'https://172.16.0.1/',
  'https://192.168.1.1/',
  'https://169.254.169.254/latest/meta-data',
  'https://[fd00:ec2::254]/',
  'https://metadata.google.internal/',
  'https://100.100.100.200/',
  'https://localhost/',
  'https://a.localhost/',
  'https://127.0.0.1.nip.io/',
  'https://intranet/',
  'https://printer.local/',
  'https://８.８.８.８/',
])('%s can not', (url) => {
  expect(webhookUrlFault(url, { ownUrl, loopback: false })).toEqual(expect.any(String))
})

test.each([
  ['http://127.0.0.1:9000/in', true],
  ['http://localhost:9000/in', true],
  ['http://[::1]:9000/in', true],
  ['http://127.0.0.1:8787/webhooks', false],
  ['http://localhost:8787/webhooks', false],
  ['http://10.0.0.1:9000/in', false],
  ['http://169.254.169.254/', false],
  ['file://localhost/etc/passwd', false],
])('in development %s can: %s', (url, can) => {
  const fault = webhookUrlFault(url, { ownUrl: 'http://127.0.0.1:8787', loopback: true })
  expect(fault === null).toBe(can)
})
