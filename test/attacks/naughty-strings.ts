import { z } from 'zod'
import plain from './naughty-strings.json'

export interface NaughtyString {
  /** What it breaks. */
  kind: string
  text: string
}

/** Strings that break programs: those written down, and those that only a program would write. */
export function naughtyStrings(): NaughtyString[] {
  const kinds = { ...z.record(z.string(), z.array(z.string())).parse(plain), ...made() }
  return Object.entries(kinds).flatMap(([kind, texts]) => texts.map((text) => ({ kind, text })))
}

function made(): Record<string, string[]> {
  return {
    controls: around([...range(0x00, 0x1f), ...range(0x7f, 0x9f)]),
    separators: around([0x1680, 0x180e, ...range(0x2000, 0x200a), 0x2028, 0x2029]),
    invisible: around([
      0xad,
      0x34f,
      0x61c,
      0x115f,
      0x17b4,
      ...range(0x200b, 0x200f),
      0x2060,
      0xfeff,
    ]),
    directions: around([...range(0x202a, 0x202e), ...range(0x2066, 0x2069)]),
    noncharacters: around([
      0xfdd0, 0xfff9, 0xfffd, 0xfffe, 0xffff, 0x1fffe, 0xe0001, 0xf0000, 0x10ffff,
    ]),
    surrogates: ['\ud800', '\udfff', 'a\ud83d', '\ude00a', '\ud83d\ud83d\ude00', '\udc00\ud800'],
    long: [
      ...[64, 65, 255, 256, 999, 10_000].map((length) => 'a'.repeat(length)),
      ...['\u20ac', '\u{1f600}', 'a ', '"', '\\', '<', '\u0300', '{{', '%', '\n'].map((each) =>
        each.repeat(3001),
      ),
    ],
  }
}

function around(codes: number[]): string[] {
  return codes.map((code) => `a${String.fromCodePoint(code)}b`)
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, n) => from + n)
}
