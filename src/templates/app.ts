import type { Endpoint } from '../http/endpoint.ts'
import { deleteTemplate } from './delete-template.ts'
import type { TemplateDeps } from './deps.ts'
import { getTemplate } from './get-template.ts'
import { getTemplates } from './get-templates.ts'
import { getVersion, getVersions } from './get-versions.ts'
import { patchTemplate } from './patch-template.ts'
import { postDuplicate } from './post-duplicate.ts'
import { postPublish } from './post-publish.ts'
import { postTemplates } from './post-templates.ts'

/** Stored contents that sends name: the endpoints under `/templates`, Resend's and ours. */
export function createTemplates(deps: TemplateDeps): Endpoint[] {
  return [
    postTemplates(deps),
    getTemplates(deps),
    getTemplate(deps),
    patchTemplate(deps),
    deleteTemplate(deps),
    postPublish(deps),
    postDuplicate(deps),
    getVersions(deps),
    getVersion(deps),
  ]
}
