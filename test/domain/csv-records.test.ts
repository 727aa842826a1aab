import { expect, test } from 'vitest'
import { csvReader, type CsvRecord } from '../../src/domain/csv-records.ts'

const CASES: [string, string, [number, string[], string | null][]][] = [
  [
    'plain rows',
    'a,b\nc,d\n',
    [
      [1, ['a', 'b'], null],
      [2, ['c', 'd'], null],
    ],
  ],
  [
    'the last row needs no end',
    'a,b\nc,d',
    [
      [1, ['a', 'b'], null],
      [2, ['c', 'd'], null],
    ],
  ],
  [
    'Windows ends',
    'a,b\r\n"c",d\r\n',
    [
      [1, ['a', 'b'], null],
      [2, ['c', 'd'], null],
    ],
  ],
  [
    'empty lines are none',
    '\na\n\n\r\nb',
    [
      [2, ['a'], null],
      [5, ['b'], null],
    ],
  ],
  [
    'empty cells',
    ',,\n"",\n',
    [
      [1, ['', '', ''], null],
      [2, ['', ''], null],
    ],
  ],
  ['quoted delimiters', '"a,b",c\n', [[1, ['a,b', 'c'], null]]],
  ['doubled quotes', '"a ""b""",""""\n', [[1, ['a "b"', '"'], null]]],
  [
    'quoted line ends',
    '"a\nb",c\nd,e\n',
    [
      [1, ['a\nb', 'c'], null],
      [3, ['d', 'e'], null],
    ],
  ],
  ['a quote within a cell', 'a"b,c\n', [[1, ['a"b', 'c'], null]]],
  [
    'text behind a quote',
    '"a"b,c\nd,e\n',
    [
      [1, ['ab', 'c'], 'something follows a closing quote'],
      [2, ['d', 'e'], null],
    ],
  ],
  [
    'an open quote',
    'a\n"b,c\nd',
    [
      [1, ['a'], null],
      [2, [], 'a quote is not closed'],
    ],
  ],
]

function readIn(pieces: string[]): [number, string[], string | null][] {
  const reader = csvReader(',')
  const records: CsvRecord[] = [...pieces.flatMap((piece) => reader.read(piece)), ...reader.end()]
  return records.map(({ line, cells, fault }) => [line, cells, fault])
}

for (const [name, text, expected] of CASES) {
  test(`${name} are read whole and letter by letter`, () => {
    expect(readIn([text])).toEqual(expected)
    expect(readIn(text.split(''))).toEqual(expected)
    for (let cut = 0; cut <= text.length; cut++) {
      expect(readIn([text.slice(0, cut), text.slice(cut)])).toEqual(expected)
    }
  })
}

const LINES = Array.from({ length: 300 }, () => `${'x'.repeat(998)},\n`)
const FAULT = 'a quote is not closed within 100000 characters'

test('what stands in a cell that is too long is no record of its own', () => {
  const pieces = ['a\n"', ...LINES, 'b\n""c""', '"\nd\n']
  expect(readIn(pieces)).toEqual([
    [1, ['a'], null],
    [2, [], FAULT],
    [304, ['d'], null],
  ])
})

test('a quote that is never closed does not gather all that follows', () => {
  expect(readIn(['a\n"open\n', ...LINES, 'b\n'])).toEqual([
    [1, ['a'], null],
    [2, [], FAULT],
  ])
})

test('a line that is too long is one fault, and the next one is read', () => {
  const text = 'y'.repeat(60_000)
  expect(readIn([text, text, text, '\nb\n'])).toEqual([
    [1, [], FAULT],
    [2, ['b'], null],
  ])
})
