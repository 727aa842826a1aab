import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import {
  changeTemplate,
  createTemplate,
  deleteTemplate,
  publishTemplate,
} from '../../../src/db/templates/change-templates.ts'
import { readTemplate, readVersion } from '../../../src/db/templates/read-templates.ts'
import type { TemplateContent } from '../../../src/db/templates/version.ts'
import { uuidv7 } from '../../../src/domain/id.ts'
import { NOW, random } from '../../support/an-api.ts'

const content = (html: string): TemplateContent => ({
  sender: null,
  reply_to: [],
  subject: null,
  html,
  text: null,
  variables: [],
})

const newId = () => uuidv7(NOW, 0, random(8))

async function aTemplateRow(alias: string | null = null) {
  const [id, versionId] = [newId(), newId()]
  const made = { id, versionId, name: 'One', alias, content: content('one'), now: NOW }
  expect(await createTemplate(env.DB, made)).toBe(true)
  return { id, versionId }
}

const htmlOf = async (id: string, versionId: string) =>
  (await readVersion(env.DB, id, versionId))?.html

test('a template whose alias is taken leaves nothing behind, and none of a broken race', async () => {
  await aTemplateRow('taken')
  const [id, versionId] = [newId(), newId()]
  const made = { id, versionId, name: 'Two', alias: 'taken', content: content('two'), now: NOW }
  expect(await createTemplate(env.DB, made)).toBe(false)
  expect(await readTemplate(env.DB, id)).toBeNull()
  expect(await readVersion(env.DB, id, versionId)).toBeNull()
})

test('a change of what was read before another change writes nothing', async () => {
  const { id, versionId } = await aTemplateRow()
  const change = { id, name: 'Two', alias: null, versionId, now: NOW, asRead: NOW }
  expect(await changeTemplate(env.DB, { ...change, content: content('two') })).toBe(true)
  expect(await changeTemplate(env.DB, { ...change, content: content('three') })).toBe(false)
  const other = { ...change, versionId: newId(), content: content('three') }
  expect(await changeTemplate(env.DB, other)).toBe(false)
  expect(await readTemplate(env.DB, id)).toMatchObject({
    name: 'Two',
    current_version_id: versionId,
  })
  expect(await htmlOf(id, versionId)).toBe('two')
  expect(await readVersion(env.DB, id, other.versionId)).toBeNull()
})

test('a template keeps its own alias and takes no other’s', async () => {
  await aTemplateRow('theirs')
  const { id, versionId } = await aTemplateRow('mine')
  const change = { id, name: 'Two', versionId, content: null, now: NOW, asRead: NOW }
  expect(await changeTemplate(env.DB, { ...change, alias: 'theirs' })).toBe(false)
  expect(await changeTemplate(env.DB, { ...change, alias: 'mine' })).toBe(true)
  expect(await readTemplate(env.DB, 'mine')).toMatchObject({ id, name: 'Two', updated_at: NOW + 1 })
})

test('what somebody has not read is not published', async () => {
  const { id, versionId } = await aTemplateRow()
  const change = { id, name: 'Two', alias: null, versionId, now: NOW, asRead: NOW }
  await changeTemplate(env.DB, { ...change, content: content('two') })
  expect(await publishTemplate(env.DB, id, { now: NOW, asRead: NOW })).toBe(false)
  expect((await readTemplate(env.DB, id))?.published_version_id).toBeNull()
  expect((await readVersion(env.DB, id, versionId))?.published_at).toBeNull()
})

test('a published version is never written over, and publishing seals no other', async () => {
  const { id, versionId } = await aTemplateRow()
  const another = await aTemplateRow()
  expect(await publishTemplate(env.DB, id, { now: NOW, asRead: NOW })).toBe(true)
  const sealed = await readVersion(env.DB, id, versionId)
  expect(sealed?.published_at).toBe(NOW + 1)
  expect((await readVersion(env.DB, another.id, another.versionId))?.published_at).toBeNull()
  const change = { id, name: 'Two', alias: null, versionId, now: NOW, asRead: NOW + 1 }
  await changeTemplate(env.DB, { ...change, content: content('two') })
  expect(await readVersion(env.DB, id, versionId)).toEqual(sealed)
  const next = newId()
  const draft = { ...change, versionId: next, content: content('two'), asRead: NOW + 2 }
  expect(await changeTemplate(env.DB, draft)).toBe(true)
  expect(await htmlOf(id, versionId)).toBe('one')
  expect((await readVersion(env.DB, id, next))?.published_at).toBeNull()
})

test('a template goes with all its versions, and no other does', async () => {
  const { id, versionId } = await aTemplateRow()
  const another = await aTemplateRow()
  expect(await deleteTemplate(env.DB, id)).toBe(true)
  expect(await deleteTemplate(env.DB, id)).toBe(false)
  expect(await readVersion(env.DB, id, versionId)).toBeNull()
  expect(await htmlOf(another.id, another.versionId)).toBe('one')
})
