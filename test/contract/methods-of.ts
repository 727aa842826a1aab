/** Every method of a client's objects, as `emails.attachments.list`; one name of those that share an object. */
export function methodsOf(client: object): string[] {
  const seen = new Set<object>()
  return walk(client, '')

  function walk(part: object, path: string): string[] {
    if (seen.has(part)) return []
    seen.add(part)
    const inner = Object.entries(part).flatMap(([name, value]: [string, unknown]) =>
      isObject(value) && value !== client && !(value instanceof Headers)
        ? walk(value, `${path}${name}.`)
        : [],
    )
    return [...ownMethods(part).map((name) => `${path}${name}`), ...inner]
  }
}

function ownMethods(part: object): string[] {
  const prototype: unknown = Object.getPrototypeOf(part)
  if (!isObject(prototype) || prototype === Object.prototype) return []
  return Object.getOwnPropertyNames(prototype).filter(
    (name) => name !== 'constructor' && typeof Reflect.get(part, name) === 'function',
  )
}

/** Calls one by that name. */
export async function call(client: object, method: string, args: unknown[]): Promise<unknown> {
  const path = method.split('.')
  const name = path.pop() ?? ''
  const owner = path.reduce((at: object, part) => Object(Reflect.get(at, part)), client)
  const found: unknown = Reflect.get(owner, name)
  if (typeof found !== 'function') throw new Error(`there is no ${method}`)
  return await found.apply(owner, args)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
