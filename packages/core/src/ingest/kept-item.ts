import * as z from 'zod'

export const KeptItemKind = z.enum([
  'attachment',
  'check-in',
  'feedback',
  'metric',
  'profile',
  'replay',
  'span',
  'transaction',
  'unknown',
])
export type KeptItemKind = z.output<typeof KeptItemKind>

/** Something a client sent beside events and lines, kept as it came. */
export const KeptItem = z.object({
  id: z.string(),
  project: z.string(),
  at: z.iso.datetime(),
  receivedAt: z.iso.datetime(),
  kind: KeptItemKind,
  type: z.string().describe('the word of the client for it'),
  name: z.string().nullable().describe('name of the file, of the monitor, of the operation'),
  eventId: z.string().nullable(),
  traceId: z.string().nullable(),
  service: z.string().nullable(),
  environment: z.string().nullable(),
  release: z.string().nullable(),
  facts: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .describe('what lists show of it'),
  size: z.int().describe('bytes of its content'),
})
export type KeptItem = z.output<typeof KeptItem>

/** On its way to the store. */
export interface NewItem extends Omit<KeptItem, 'size'> {
  content: Uint8Array
}

export interface ItemQuery {
  kind?: KeptItemKind
  eventId?: string
  traceId?: string
  limit: number
}

export interface ItemStore {
  /** Durable when it answers. An id that is known already changes nothing. */
  keep(items: readonly NewItem[]): Promise<void>
  /** Newest first, without what is in them. */
  list(project: string, query: ItemQuery): Promise<KeptItem[]>
  get(project: string, id: string): Promise<{ item: KeptItem; content: Uint8Array } | null>
  /** What is in those of these ids that are kept, by id. */
  contents(project: string, ids: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>
}
