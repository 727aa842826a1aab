import {
  analyzeSync,
  AssignTag,
  BreakTag,
  CaseTag,
  ContinueTag,
  EchoTag,
  type Filter,
  ForTag,
  IfTag,
  type Liquid,
  Output,
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
import { mayVanish, mustSay, orUnknown } from './must-say.ts'
import { FORBIDDEN } from './scope.ts'

/** Written in brackets a name could hold these, and neither a path nor SQLite could ask for it. */
const UNASKABLE = /[."\\]/

/** What loops tell of themselves. */
const LOOPS = new Set(['forloop', 'tablerowloop'])

export interface Names {
  /** Variables the template reads, as paths; whether each use has a fallback or may be passed over. */
  variables: Map<string, { fallback: boolean }>
  /** Names the template sets itself. */
  locals: Set<string>
  /** Those read without fallback where a condition or a loop may pass over them: only a rendering tells. */
  unsure: Set<string>
  /** Whether filters may leave nothing of a variable that is there, or items of a list lack what is read of them. */
  mayVanish: boolean
}

interface Surroundings {
  tested: ReadonlySet<string>
  /** Read only where they say something. */
  sure: ReadonlySet<string>
  scoped: ReadonlySet<string>
  inLoop: boolean
  /** Within a condition or a loop: whether it is read at all only a rendering tells. */
  mayBePassedOver: boolean
}

/** Also prepares what may be absent (lenient.ts). Throws a misuse of names, loops or filters. */
export function readNames(templates: Template[], liquid: Liquid): Names {
  const names: Names = {
    variables: new Map(),
    locals: new Set(),
    unsure: new Set(),
    mayVanish: false,
  }
  const top: Surroundings = {
    tested: new Set(),
    sure: new Set(),
    scoped: new Set(),
    inLoop: false,
    mayBePassedOver: false,
  }
  for (const template of templates) visit(template, top)
  return names

  function visit(template: Template, around: Surroundings): void {
    const place = Number(template.token.file ?? 0)
    if (!around.inLoop && (template instanceof BreakTag || template instanceof ContinueTag))
      throw new Misuse('`break` and `continue` stand inside a `for`.', place)
    const conditional =
      template instanceof IfTag || template instanceof UnlessTag || template instanceof CaseTag
    const tested = new Set(around.tested)
    const sure = new Set(around.sure)
    for (const argument of template.arguments?.() ?? []) {
      const lenient = readArgument(argument, conditional)
      for (const name of lenient) {
        note(name, true)
        if (conditional) tested.add(name)
        if (argument instanceof Value && argument.filters[0]?.name === 'says') sure.add(name)
      }
    }
    insist(template)
    for (const { content } of template.localScope?.() ?? []) names.locals.add(permitted(content))
    if (!template.children) return
    const children = toValueSync(template.children(false, true))
    const scoped = new Set([
      ...around.scoped,
      ...[...(template.blockScope?.() ?? [])].map(permitted),
    ])
    const inLoop = around.inLoop || template instanceof ForTag
    const mayBePassedOver = around.mayBePassedOver || conditional || template instanceof ForTag
    for (const child of children) visit(child, { tested, sure, scoped, inLoop, mayBePassedOver })

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
        if (filter.name !== 'default') strictly(args)
        else if (next?.name === 'default') lenient.push(...paths(args))
        else strictly(args, true)
      })
      return lenient
    }

    function strictly(
      tokens: (Token | undefined)[],
      mayBePassedOver = around.mayBePassedOver,
    ): void {
      for (const name of paths(tokens)) {
        const onlySometimes = mayBePassedOver || around.tested.has(name)
        if (onlySometimes && !around.sure.has(name)) names.unsure.add(name)
        const [root = name, ...rest] = name.split('.')
        const isItem = around.scoped.has(root) && rest.length > 0
        if (isItem && !LOOPS.has(root)) names.mayVanish = true
        note(name, onlySometimes)
      }
    }

    function note(name: string, fallback: boolean): void {
      const [root = name] = name.split('.')
      if (names.locals.has(root) || around.scoped.has(root)) return
      const known = names.variables.get(name)
      names.variables.set(name, { fallback: fallback && (known?.fallback ?? true) })
    }

    /** Never an empty greeting: a variable that is to be printed says something, or has a fallback. */
    function insist(template: Template): void {
      const prints = template instanceof Output || template instanceof EchoTag
      if (!prints && !(template instanceof AssignTag)) return
      for (const value of template.arguments()) {
        const [name] = value instanceof Value ? paths(value.initial.postfix) : []
        if (!(value instanceof Value) || name === undefined) continue
        if (value.filters.some((filter) => filter.name === 'default')) continue
        const isLocal = names.locals.has(name.split('.')[0] ?? name)
        if (prints) mustSay(value, { name, token: template.token, isLocal })
        else if (!isLocal) orUnknown(value)
        if (mayVanish(value)) names.mayVanish = true
      }
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
