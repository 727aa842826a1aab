import { Tokenizer, type TopLevelToken, TypeGuards } from 'liquidjs'
import { Misuse } from './fault.ts'

type Options = Parameters<Tokenizer['readTopLevelToken']>[0]
type OutputToken = ReturnType<Tokenizer['readOutputToken']>

/** Liquid prints these words as values of its own. */
const LITERALS = new Set(['true', 'false', 'nil', 'null', 'empty', 'blank'])
const RESEND = /\{\{\{\s*([A-Za-z0-9_.]+)\s*(?:\|([^{}]*))?\}\}\}/y
const NAME = /^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$/
/** Behind Resend's bar stands a text; these would be filters somebody meant. */
const FILTER = /^(raw$|[a-z_]+\s*:\s*["'])/

/**
 * Reads Liquid and Resend's `{{{NAME|fallback}}}` side by side. A fallback is the author's text and
 * stands as it is. Every tag and output gets an input of its own, with its place as `file`: an error
 * looks through the whole input of its token.
 */
export class Reader extends Tokenizer {
  readonly #fallbacks = new Map<TopLevelToken, string | null>()

  override readTopLevelTokens(options: Options): TopLevelToken[] {
    return super.readTopLevelTokens(options).flatMap((token) => {
      const fallback = this.#fallbacks.get(token)
      if (fallback === undefined || fallback === null) return [token]
      const output = token.getText()
      const name = output.slice('{{ '.length, -' }}'.length)
      const test = `{% if ${name} | says %}${output}{% else %}${fallback}{% endif %}`
      return new Tokenizer(test, options.operators, token.file).readTopLevelTokens(options)
    })
  }

  override readTopLevelToken(options: Options): TopLevelToken {
    const begin = this.p
    const token = super.readTopLevelToken(options)
    if (TypeGuards.isHTMLToken(token) || this.#fallbacks.has(token)) return token
    return new Tokenizer(token.getText(), options.operators, String(begin)).readTopLevelToken(
      options,
    )
  }

  override readOutputToken(options: Options): OutputToken {
    if (!this.match('{{{')) return super.readOutputToken(options)
    RESEND.lastIndex = this.p
    const [whole, name, given] = RESEND.exec(this.input) ?? []
    if (whole === undefined || name === undefined) throw this.#misuse('is not closed or not a name')
    if (!NAME.test(name) || /^[\d.]+$/.test(name) || LITERALS.has(name))
      throw this.#misuse(`cannot use \`${name}\` as a name`)
    const fallback = given?.trim() ?? null
    if (fallback !== null && FILTER.test(fallback))
      throw this.#misuse('takes a fallback text behind |, filters stand in {{ }}')
    const place = String(this.p)
    this.p += whole.length
    const token = new Tokenizer(`{{ ${name} }}`, options.operators, place).readOutputToken(options)
    this.#fallbacks.set(token, fallback)
    return token
  }

  #misuse(what: string): Misuse {
    const start = this.input.slice(this.p, this.p + 32)
    return new Misuse(`${JSON.stringify(start)} ${what}.`, this.p)
  }
}
