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

test('a quote that is never closed does not gather all that follows', () => {
  const line = `${'x'.repeat(999)}\n`
  const records = readIn(['a\n"open\n', ...Array.from({ length: 300 }, () => line), 'b\n'])
  expect(records[0]).toEqual([1, ['a'], null])
  expect(records[1]).toEqual([2, [], 'a quote is not closed'])
  expect(records.at(-1)).toEqual([303, ['b'], null])
})
