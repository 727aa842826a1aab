import type { Endpoint } from '../http/endpoint.ts'
import {
  deleteAudienceContact,
  getAudienceContact,
  patchAudienceContact,
  postAudienceContacts,
} from './audience-contacts.ts'
import {
  deleteProperty,
  getProperties,
  getProperty,
  patchProperty,
  postProperties,
} from './contact-properties.ts'
import { deleteContactSegment, getContactSegments, postContactSegment } from './contact-segments.ts'
import { getContactTopics, patchContactTopics } from './contact-topics.ts'
import { getContact, getContacts, patchContact, postContacts } from './contacts.ts'
import { deleteContact, deleteErasure } from './delete-contact.ts'
import { exportContact } from './export-contact.ts'
import type { AudienceDeps } from './deps.ts'
import { getImport, getImports, postImports } from './imports.ts'
import {
  deleteSegment,
  getSegment,
  getSegmentContacts,
  getSegments,
  patchSegment,
  postSegments,
  type SegmentPath,
} from './segments.ts'
import { deleteTopic, getTopic, getTopics, patchTopic, postTopics } from './topics.ts'

/** Whom the host application knows and what they want: contacts, segments, topics, properties. */
export function createAudience(deps: AudienceDeps): Endpoint[] {
  return [
    // Before the contact of any name.
    postImports(deps),
    getImports(deps),
    getImport(deps),
    postContacts(deps),
    getContacts(deps),
    getContact(deps),
    patchContact(deps),
    deleteContact(deps),
    exportContact(deps),
    deleteErasure(deps),
    getContactSegments(deps),
    postContactSegment(deps),
    deleteContactSegment(deps),
    getContactTopics(deps),
    patchContactTopics(deps),
    ...segmentsUnder('/segments'),
    patchSegment(deps),
    ...segmentsUnder('/audiences'),
    postAudienceContacts(deps),
    getAudienceContact(deps),
    patchAudienceContact(deps),
    deleteAudienceContact(deps),
    postTopics(deps),
    getTopics(deps),
    getTopic(deps),
    patchTopic(deps),
    deleteTopic(deps),
    postProperties(deps),
    getProperties(deps),
    getProperty(deps),
    patchProperty(deps),
    deleteProperty(deps),
  ]

  function segmentsUnder(path: SegmentPath): Endpoint[] {
    return [
      postSegments(deps, path),
      getSegments(deps, path),
      getSegment(deps, path),
      deleteSegment(deps, path),
      getSegmentContacts(deps, path),
    ]
  }
}
