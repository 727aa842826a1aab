import { ApiError } from '../http/errors.ts'
import { broadcastTemplate, valuesOf } from '../template/broadcast-template.ts'
import { UNSUBSCRIBE_URLS } from '../template/reserved.ts'
import type { Compiled, Parts } from '../template/compiled.ts'
import type { BroadcastRecipient } from '../domain/recipient-values.ts'
import { neededNames } from '../domain/needed-names.ts'

interface Source {
  subject: string
  html: string | null
  text: string | null
  preview_text: string | null
  created_at: number
}

export interface BroadcastTemplate {
  compiled: Compiled
  /** What every recipient has to bring, since the template has no fallback for it. */
  names: string[]
}

/** Throws an ApiError that says where the template is faulty. `pixel`: with a place for the pixel. */
export function templateOf(source: Source, pixel = false): BroadcastTemplate {
  const compilation = broadcastTemplate(source, pixel)
  if (compilation.type === 'faulty') {
    const told = compilation.faults.map(
      ({ part, line, column, message }) =>
        `\`${part}\`, line ${line}, column ${column}: ${message}`,
    )
    throw new ApiError(422, 'validation_error', `The template is faulty. ${told.join(' ')}`)
  }
  const { compiled } = compilation
  return { compiled, names: neededNames(compiled.variables, UNSUBSCRIBE_URLS) }
}

/** Without the pixel, whose link is made for each attempt. Throws an ApiError that names what is missing. */
export function rendered(
  { compiled }: BroadcastTemplate,
  recipient: BroadcastRecipient,
  unsubscribeUrl: string,
): Parts {
  const whole = compiled.whole(valuesOf({ recipient, unsubscribeUrl, pixelUrl: null }))
  switch (whole.type) {
    case 'rendered':
      return whole.parts
    case 'missing': {
      const names = whole.names.map((name) => `\`${name}\``).join(', ')
      throw new ApiError(
        422,
        'validation_error',
        `Invalid \`variables\` field. Missing, and the template has no fallback: ${names}.`,
      )
    }
    case 'failed':
      throw new ApiError(
        422,
        'validation_error',
        `The template fails for this recipient. \`${whole.part}\`: ${whole.message}`,
      )
    default:
      return whole satisfies never
  }
}
