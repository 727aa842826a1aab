import {
  analyzeSync,
  BreakTag,
  CaseTag,
  ContinueTag,
  type Filter,
  ForTag,
  IfTag,
  type Liquid,
  type Template,
  type Token,
  toValueSync,
  TypeGuards,
  UnlessTag,
  Value,
  type Variable,
} from 'liquidjs'
import { Misuse } from './fault.ts'
import { readDefaultsLazily, readLeniently } from './lenient.ts'
import { FORBIDDEN } from './scope.ts'

/** Written in brackets a name could hold these, and neither a path nor SQLite could ask for it. */
const UNASKABLE = /[."\\]/

export interface Names {
  /** Variables the template reads, as paths; whether each use has a fallback or is tested by an `if`. */
  variables: Map<string, { fallback: boolean }>
  /** Names the template sets itself. */
  locals: Set<string>
}

interface Surroundings {
  tested: ReadonlySet<string>
  scoped: ReadonlySet<string>
  inLoop: boolean
}

/** Also prepares what may be absent (lenient.ts). Throws a misuse of names, loops or filters. */
export function readNames(templates: Template[], liquid: Liquid): Names {
  const names: Names = { variables: new Map(), locals: new Set() }
  const top: Surroundings = { tested: new Set(), scoped: new Set(), inLoop: false }
  for (const template of templates) visit(template, top)
  return names

  function visit(template: Template, around: Surroundings): void {
    const place = Number(template.token.file ?? 0)
    if (!around.inLoop && (template instanceof BreakTag || template instanceof ContinueTag))
      throw new Misuse('`break` and `continue` stand inside a `for`.', place)
    const conditional =
      template instanceof IfTag || template instanceof UnlessTag || template instanceof CaseTag
    const tested = new Set(around.tested)
    for (const argument of template.arguments?.() ?? []) {
      const lenient = readArgument(argument, conditional)
      for (const name of lenient) {
        note(name, true)
        if (conditional) tested.add(name)
      }
    }
    for (const { content } of template.localScope?.() ?? []) names.locals.add(permitted(content))
    if (!template.children) return
    const children = toValueSync(template.children(false, true))
    const scoped = new Set([
      ...around.scoped,
      ...[...(template.blockScope?.() ?? [])].map(permitted),
    ])
    const inLoop = around.inLoop || template instanceof ForTag
    for (const child of children) visit(child, { tested, scoped, inLoop })

    /** Notes what must be there and returns what need not. */
    function readArgument(argument: Value | Token, conditional: boolean): string[] {
      if (TypeGuards.isFilteredValueToken(argument)) {
        for (const { name, args } of argument.filters) {
          if (!liquid.filters[name]) throw new Misuse(`Undefined filter: ${name}.`, place)
          for (const each of args) strictly(Array.isArray(each) ? [each[1]] : [each])
        }
        strictly(argument.initial.postfix)
        return []
      }
      if (!(argument instanceof Value)) {
        if (conditional) return paths([argument])
        strictly([argument])
        return []
      }
      readDefaultsLazily(argument.filters)
      const lenient: string[] = []
      const [first] = argument.filters
      if (conditional || first?.name === 'default') {
        readLeniently(argument.initial)
        lenient.push(...paths(argument.initial.postfix))
      } else strictly(argument.initial.postfix)
      argument.filters.forEach((filter, at) => {
        const args = argumentTokens(filter)
        const next = argument.filters[at + 1]
        if (filter.name === 'default' && next?.name === 'default') lenient.push(...paths(args))
        else strictly(args)
      })
      return lenient
    }

    function strictly(tokens: (Token | undefined)[]): void {
      for (const name of paths(tokens)) note(name, around.tested.has(name))
    }

    function note(name: string, fallback: boolean): void {
      const [root = name] = name.split('.')
      if (names.locals.has(root) || around.scoped.has(root)) return
      const known = names.variables.get(name)
      names.variables.set(name, { fallback: fallback && (known?.fallback ?? true) })
    }

    function paths(tokens: (Token | undefined)[]): string[] {
      const given = tokens.filter((token) => token !== undefined).filter(TypeGuards.isValueToken)
      const probe: Template = { token: template.token, render: () => '', arguments: () => given }
      return Object.values(analyzeSync([probe], { partials: false }).variables)
        .flat()
        .map(path)
    }

    function path({ segments }: Variable): string {
      const words: string[] = []
      for (const segment of segments) {
        if (typeof segment === 'object') break
        words.push(permitted(String(segment)))
      }
      return words.join('.')
    }

    function permitted(name: string): string {
      if (FORBIDDEN.has(name) || UNASKABLE.test(name))
        throw new Misuse(`\`${name}\` cannot be a name.`, place)
      return name
    }
  }
}

function argumentTokens(filter: Filter): (Token | undefined)[] {
  return filter.args.map((argument) => (Array.isArray(argument) ? argument[1] : argument))
}
