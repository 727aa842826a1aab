import type { OpenAPIHono } from '@hono/zod-openapi'

export type OpenApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>
export type DocumentConfig = Parameters<OpenAPIHono['getOpenAPI31Document']>[0]

/** All that the role leans on, by value. */
export interface DocsDeps {
  /** Of the whole API, from the schemas that its routes parse and answer with. */
  generate: (config: DocumentConfig) => OpenApiDocument
  /** Where the world reaches us. */
  publicUrl: string
}
