import { type Route, within } from './document.ts'
import type { Place } from './places.ts'
import type { Target } from './target.ts'

const NOBODY = '0199f5b2-7c00-7abc-8def-0123456789ab'
const PARAMETER = /([^/{}]+)\/\{(\w+)\}/g

/** Parameters, paths and bodies of every route, as the application itself lists them. */
export function documentedPlaces({ routes, ids }: Target): Place[] {
  return routes.flatMap((route) => {
    const known = pathWith(route, ids)
    const found: Place[] = [
      ...parametersOf(route).map((name) => ({
        name: `{${name}}`,
        with: (text: string) => ({
          path: pathWith(route, new Map([...ids, [`{${name}}`, encoded(text)]])),
          init: { method: route.method },
        }),
      })),
      ...route.queries.map((name) => ({
        name: `?${name}`,
        with: (text: string) => ({
          path: `${known}?${name}=${encoded(text)}`,
          init: { method: route.method },
        }),
      })),
    ]
    if (route.method !== 'GET') {
      found.push({ name: 'body', with: (text) => posted(route, known, text) })
    }
    if (route.takesLines) {
      found.push({ name: 'CSV', with: (text) => posted(route, known, lines(text), 'text/csv') })
    }
    if (route.json !== null) {
      for (const place of within(route.json)) {
        found.push({
          name: `body${place.name}`,
          with: (text) => posted(route, known, JSON.stringify(place.with(text))),
        })
      }
    }
    return found.map((place) => ({ ...place, name: `${route.method} ${route.path} ${place.name}` }))
  })
}

function lines(text: string): string {
  return `email,name\nnobody@canary-customer.dev,${text}\n`
}

/** Every parameter by the object of ours that it stands for, where there is one. */
export function pathWith({ path }: Pick<Route, 'path'>, ids: ReadonlyMap<string, string>): string {
  return path.replace(PARAMETER, (_, collection: string, name: string) => {
    return `${collection}/${ids.get(`{${name}}`) ?? ids.get(collection) ?? NOBODY}`
  })
}

function parametersOf({ path }: Route): string[] {
  return [...path.matchAll(PARAMETER)].map(([, , name = '']) => name)
}

function posted(route: Route, path: string, body: string, type = 'application/json') {
  return { path, init: { method: route.method, headers: { 'content-type': type }, body } }
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}
