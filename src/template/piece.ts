import type { AttributeLink } from '../domain/tracked-links.ts'
import type { Liquid, Template } from 'liquidjs'

/** What is computed for each recipient. */
export interface Node {
  /** Nodes of one engine share what the template assigns. */
  engine: Liquid
  template: Template
  /** Sets variables and prints nothing. */
  silent: boolean
  finish: Finish
}

/** Character by character, so that finishing the pieces finishes the whole. */
export type Finish = (text: string) => string

/** Rendered together, links within led elsewhere: a tag with values in it, or what a block prints. */
export interface Tracked {
  inside: (string | Node)[]
  silent: false
}

/** The value of a `href` without anything computed in it but where it leads for whom. */
export interface TrackedHref extends AttributeLink {
  silent: false
}

/** A part is static text and what is computed in turn. */
export type Piece = string | Node | Tracked | TrackedHref

export const asIs: Finish = (text) => text

/** A subject stays one line. */
export const oneLine: Finish = (text) =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ')

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
}

export const escaped: Finish = (text) => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char)
