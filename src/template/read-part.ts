import {
  AssignTag,
  CaptureTag,
  CommentTag,
  InlineCommentTag,
  type Liquid,
  Parser,
  RawTag,
} from 'liquidjs'
import { type Template, type TopLevelToken, TypeGuards } from 'liquidjs'
import { Misuse } from './fault.ts'
import { type Names, readNames } from './names.ts'
import type { Finish, Piece } from './piece.ts'
import { Reader } from './reader.ts'

/** UTF-16 units of a part's source: SES takes 1 MB in all. */
const MAX_SOURCE = 1_000_000
const MAX_TAGS = 5_000
const MAX_DEPTH = 50
const BLOCKS = new Set(['if', 'unless', 'case', 'for', 'tablerow', 'capture'])
const READING = new Set(['include', 'render', 'layout', 'block'])

/** Throws what `faultOf` reads. */
export function readTokens(source: string, engine: Liquid): TopLevelToken[] {
  if (source.length > MAX_SOURCE) throw new Misuse('The source is too long.', 0)
  const nul = source.indexOf('\0')
  if (nul !== -1) throw new Misuse('The source holds a NUL character.', nul)
  const tokens = new Reader(source, engine.options.operators).readTopLevelTokens(engine.options)
  const tags = tokens.filter((token) => !TypeGuards.isHTMLToken(token))
  if (tags.length > MAX_TAGS) throw new Misuse(`There are more than ${MAX_TAGS} tags.`, 0)
  return tokens
}

/** Throws what `faultOf` reads. */
export function readPieces(
  tokens: TopLevelToken[],
  engine: Liquid,
  finish: Finish,
): { pieces: Piece[]; names: Names } {
  checkTags(tokens)
  const templates = new Parser(engine).parseTokens(tokens)
  return { names: readNames(templates, engine), pieces: templates.flatMap(piece) }

  function piece(template: Template): Piece[] {
    const { token } = template
    if (TypeGuards.isHTMLToken(token)) return [finish(token.getContent())]
    if (template instanceof RawTag) return [finish(template.render())]
    if (template instanceof CommentTag || template instanceof InlineCommentTag) return []
    const silent = template instanceof AssignTag || template instanceof CaptureTag
    return [{ engine, template, silent, finish }]
  }
}

function checkTags(tokens: TopLevelToken[]): void {
  let depth = 0
  for (const token of tokens) {
    if (!TypeGuards.isTagToken(token)) continue
    const place = Number(token.file ?? 0)
    if (READING.has(token.name))
      throw new Misuse(`\`${token.name}\` reads other templates; there are none.`, place)
    if (BLOCKS.has(token.name)) depth++
    else if (BLOCKS.has(token.name.slice('end'.length))) depth--
    if (depth > MAX_DEPTH) throw new Misuse('Tags are nested too deeply.', place)
  }
}
