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

/** A part is static text and nodes in turn. */
export type Piece = string | Node

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
