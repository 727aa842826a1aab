import { z } from 'zod'
import written from './malformed-json.json'

/** `y`: JSON, though nothing we asked for; `n`: no JSON; `i`: parsers differ on it. */
const CLASSES = ['y', 'n', 'i'] as const

export interface JsonText {
  name: string
  is: (typeof CLASSES)[number]
  bytes: Uint8Array<ArrayBuffer>
}

const texts = z.array(z.string())
const kinds = z.record(z.string(), z.strictObject({ y: texts, n: texts, i: texts }))

/** Some 400 texts, each alone and as the value of a key; `bytes` are written in hex. */
export function jsonTexts(): JsonText[] {
  return Object.entries({ ...kinds.parse(written), made: made() }).flatMap(([kind, byClass]) =>
    CLASSES.flatMap((is) =>
      byClass[is].flatMap((text, at) => {
        const name = `${is}_${kind}_${at}`
        if (kind === 'bytes')
          return [{ name, is, bytes: Uint8Array.from(Buffer.from(text, 'hex')) }]
        return [
          { name, is, bytes: Uint8Array.from(Buffer.from(text)) },
          {
            name: `${name}_as_value`,
            is,
            bytes: Uint8Array.from(Buffer.from(`{"subject":${text}}`)),
          },
        ]
      }),
    ),
  )
}

function made(): { y: string[]; n: string[]; i: string[] } {
  const controls = Array.from({ length: 32 }, (_, code) => `"a${String.fromCharCode(code)}"`)
  return {
    y: [`[${'1,'.repeat(3000)}1]`, `"${'\\u0041'.repeat(3000)}"`],
    n: [...controls, '['.repeat(10_000), '{"a":'.repeat(10_000), '[1,'.repeat(5000)],
    i: [nested('[', ']', 500), nested('{"a":', '}', 40), `1${'0'.repeat(400)}`],
  }
}

function nested(open: string, close: string, depth: number): string {
  return `${open.repeat(depth)}1${close.repeat(depth)}`
}
