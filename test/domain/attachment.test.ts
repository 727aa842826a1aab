import { expect, test } from 'vitest'
import { encodedSize, isRefusedFilename } from '../../src/domain/attachment.ts'

test.each(['a.exe', 'A.EXE', 'a.pdf.js', 'x.Vbs', 'run.bat. ', 'a.ps1...', '.exe'])(
  'SES sends no %s',
  (name) => {
    expect(isRefusedFilename(name)).toBe(true)
  },
)

test.each(['a.pdf', 'exe', 'a.exe.pdf', 'js.txt', 'archive.zip', 'a.json', 'invite.ics', ''])(
  'SES sends %s',
  (name) => {
    expect(isRefusedFilename(name)).toBe(false)
  },
)

test.each([
  [0, 0],
  [1, 4],
  [3, 4],
  [4, 8],
])('%i bytes are %i in base64', (bytes, encoded) => {
  expect(encodedSize(bytes)).toBe(encoded)
})
