import { expect, test } from 'vitest'
import { plainText } from '../../src/template/plain-text.ts'

test.each([
  ['<p>Hello</p><p>you</p>', 'Hello\n\nyou'],
  ['<style>p{}</style><script>x</script><p>Hi</p>', 'Hi'],
  ['<a href="https://x.dev/a?b=1&amp;c=2">Go</a>', 'Go [https://x.dev/a?b=1&c=2]'],
  ['<a href="https://x.dev">https://x.dev</a>', 'https://x.dev'],
  ['<ul><li>a<li>b</ul>', ' * a\n * b'],
  ['<img src="https://x.dev/pixel.gif" alt="logo">Hi', 'Hi'],
  ['a &lt;b&gt; &eacute;', 'a <b> é'],
  ['', ''],
])('%s reads %j', (html, text) => {
  expect(plainText(html)).toBe(text)
})

test.each([
  ['deep nesting', '<div>'.repeat(100_000)],
  ['deep tables', '<table><tr><td>'.repeat(9_000)],
  ['deep lists', '<ul><li>'.repeat(14_000)],
  ['many quotes', '<blockquote>'.repeat(25_000)],
  ['many links', '<a href=x>'.repeat(25_000)],
  ['open brackets', '<'.repeat(400_000)],
  ['a million letters', 'a'.repeat(1_000_000)],
])('%s costs little time', (_, html) => {
  const start = performance.now()
  plainText(html)
  expect(performance.now() - start).toBeLessThan(1000)
})

test('html too large to make text of goes without', () => {
  expect(plainText('a'.repeat(500_001))).toBeNull()
})
