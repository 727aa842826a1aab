import { ApiError } from '../http/errors.ts'
import { broadcastTemplate, valuesOf } from '../template/broadcast-template.ts'
import { UNSUBSCRIBE_URLS } from '../template/reserved.ts'
import type { Compiled, Parts, Unproven } from '../template/compiled.ts'
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
  /** Whom to render before it can be told that nothing is missing; null: it says nothing of recipients. */
  unproven: Unproven | null
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
  const { variables, unproven } = compiled
  const required = unproven.lacking.map((name) => ({ name, fallback: false }))
  const theirs = variables.filter(({ name }) => !UNSUBSCRIBE_URLS.some((url) => url === name))
  return {
    compiled,
    names: neededNames(variables, UNSUBSCRIBE_URLS),
    unproven:
      theirs.length === 0
        ? null
        : { ...unproven, lacking: neededNames(required, UNSUBSCRIBE_URLS) },
  }
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
