import { expect, test } from 'vitest'
import { withPixel } from '../../src/domain/pixel.ts'

const URL = 'https://mail.acme.dev/o/token.gif'
const PIXEL = `<img src="${URL}" width="1" height="1" alt="" style="display:block">`

test.each([
  ['<html><body><p>Hi</p></body></html>', `<html><body><p>Hi</p>${PIXEL}</body></html>`],
  ['<BODY>Hi</BODY>', `<BODY>Hi${PIXEL}</BODY>`],
  ['<body>Hi</body >', `<body>Hi${PIXEL}</body >`],
  ['<p>Hi</p>', `<p>Hi</p>${PIXEL}`],
  ['', PIXEL],
  ['<pre>&lt;/body></pre>', `<pre>&lt;/body></pre>${PIXEL}`],
  ['<!-- </body> --><body>Hi</body>', `<!-- </body> --><body>Hi${PIXEL}</body>`],
  ['<p>İİİ</p></body>', `<p>İİİ</p>${PIXEL}</body>`],
  ['<p>$& $1</p></body>', `<p>$& $1</p>${PIXEL}</body>`],
])('%j gets the pixel at the end of its body', (html, expected) => {
  expect(withPixel(html, URL)).toBe(expected)
})
