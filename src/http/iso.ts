/** ISO 8601 with milliseconds: every client reads it, some only with a fraction. */
export function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

export function isoOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : iso(milliseconds)
}
