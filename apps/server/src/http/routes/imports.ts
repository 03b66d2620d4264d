import { GantryError, Import } from '@gantry/core'
import {
  BeginImportBody,
  BegunImport,
  EndImportBody,
  ImportIssuesBody,
  ImportOutcomes,
  ImportReleasesBody,
  Imports,
  KnownImports,
  KnownImportsBody,
  UndoneImport,
} from '@gantry/core/api'
import * as z from 'zod'
import { may } from '../../access/route-access.ts'
import { importBatch } from '../../import/import-batch.ts'
import type { ContextOf } from '../context-of.ts'
import { callerIn } from '../door.ts'
import type { Api } from '../route.ts'

const tags = ['imports']
const access = may('import')
const one = z.object({ id: z.string().max(64) })
/** A batch holds a hundred issues with two events each; whoever sends it keeps to less. */
const bodyLimit = 16 * 1024 * 1024
/** In one transaction, so that events do not wait for it. */
const undoneAtOnce = 200

/** What is brought from another service: begun, filled batch by batch, ended, taken back. */
export function importRoutes(app: Api, contextOf: ContextOf): void {
  app.get(
    '/imports',
    { access: may('look'), schema: { tags, summary: 'Imports, the newest first', response: { 200: Imports } } },
    async request => {
      const { store, stored } = contextOf(request)
      return { imports: await store.imports.list(stored.name) }
    },
  )
  app.get(
    '/imports/:id',
    { access: may('look'), schema: { tags, summary: 'An import', params: one, response: { 200: Import } } },
    async request => {
      const { store, stored } = contextOf(request)
      const found = await store.imports.get(stored.name, request.params.id)
      if (found) return found
      throw new GantryError('NOT_FOUND', `no import ${request.params.id}: \`gantry import list\` says which there are`)
    },
  )
  beginRoutes(app, contextOf)
  batchRoutes(app, contextOf)
  endRoutes(app, contextOf)
}

function beginRoutes(app: Api, contextOf: ContextOf): void {
  app.post(
    '/imports/known',
    {
      access,
      schema: {
        ...{ tags, summary: 'Which issues of another service were brought already' },
        ...{ body: KnownImportsBody, response: { 200: KnownImports } },
      },
    },
    async request => {
      const { store, stored } = contextOf(request)
      const { origin, sourceIds } = request.body
      return { known: await store.imports.known(stored.name, origin, sourceIds) }
    },
  )
  app.post(
    '/imports',
    {
      access,
      schema: {
        ...{ tags, summary: 'Begin an import, or go on with one that asked for the same' },
        ...{ body: BeginImportBody, response: { 200: BegunImport } },
      },
    },
    async request => {
      const { store, stored, now, newId, record } = contextOf(request)
      const by = callerIn(request).name
      const id = newId().slice(0, 8)
      const begun = await store.imports.begin(stored.name, { ...request.body, id, by, at: now().toISOString() })
      const { origin, asked } = begun.import
      const subject = `import ${begun.import.id}`
      await record({
        actor: by,
        action: 'import.begun',
        subject,
        evidence: { origin, asked, isResumed: begun.isResumed },
      })
      return begun
    },
  )
}

function batchRoutes(app: Api, contextOf: ContextOf): void {
  app.post(
    '/imports/:id/issues',
    {
      ...{ access, bodyLimit },
      schema: {
        ...{ tags, summary: 'Bring issues; those that are known already stay as they are', params: one },
        ...{ body: ImportIssuesBody, response: { 200: ImportOutcomes } },
      },
    },
    async request => {
      const context = contextOf(request)
      const { store, stored, now, live } = context
      const { issues, ...batch } = request.body
      const read = await importBatch(issues, context)
      const asked = { ...batch, id: request.params.id, at: now().toISOString(), issues: read }
      const brought = await store.imports.addIssues(stored.name, asked)
      const last = brought.findLast(({ number }) => number !== null)
      if (last) live.tell({ topic: 'issue', key: String(last.number) })
      return { issues: brought }
    },
  )
  app.post(
    '/imports/:id/releases',
    {
      ...{ access, bodyLimit },
      schema: {
        ...{ tags, summary: 'Bring releases by their names; those that are named here stay as they are', params: one },
        ...{ body: ImportReleasesBody, response: { 200: z.object({ added: z.int() }) } },
      },
    },
    async request => {
      const { store, stored, now } = contextOf(request)
      const batch = { ...request.body, id: request.params.id, at: now().toISOString() }
      return { added: await store.imports.addReleases(stored.name, batch) }
    },
  )
}

function endRoutes(app: Api, contextOf: ContextOf): void {
  app.post(
    '/imports/:id/end',
    {
      access,
      schema: {
        ...{ tags, summary: 'Say that an import is done' },
        ...{ params: one, body: EndImportBody, response: { 200: Import } },
      },
    },
    async request => {
      const { store, stored, now, record } = contextOf(request)
      const ended = await store.imports.end(stored.name, request.params.id, request.body.holder, now().toISOString())
      const { id, issues, releases } = ended
      const subject = `import ${id}`
      await record({ actor: callerIn(request).name, action: 'import.done', subject, evidence: { issues, releases } })
      return ended
    },
  )
  app.post(
    '/imports/:id/undo',
    {
      access,
      schema: {
        ...{ tags, summary: 'Take an import back, some hundred issues at once: ask until none is left' },
        ...{ params: one, response: { 200: UndoneImport } },
      },
    },
    async request => {
      const { store, stored, now, record, live } = contextOf(request)
      const { id } = request.params
      const undone = await store.imports.undo(stored.name, id, undoneAtOnce, now().toISOString())
      if (undone.left === 0)
        await record({ actor: callerIn(request).name, action: 'import.taken-back', subject: `import ${id}` })
      live.tell({ topic: 'issue', key: '' })
      return undone
    },
  )
}
