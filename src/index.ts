import { DurableObject } from 'cloudflare:workers'
export class Governor extends DurableObject {}
export default { async fetch() { return new Response('hi') }, async queue() {}, async scheduled() {} } satisfies ExportedHandler
