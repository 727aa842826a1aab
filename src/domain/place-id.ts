const PREFIX = '00000000-0000-7000-8000-'
const DIGITS = 12

/** A place in a list (from 0) as a UUID, for clients that expect every id to be one. */
export function uuidOfPlace(place: number): string {
  return PREFIX + place.toString(16).padStart(DIGITS, '0')
}

/** Null for what is not such an id. */
export function placeOf(id: string): number | null {
  return id.startsWith(PREFIX) ? Number.parseInt(id.slice(PREFIX.length), 16) : null
}
