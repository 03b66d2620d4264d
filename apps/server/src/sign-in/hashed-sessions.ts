import type { DBAdapter, DBTransactionAdapter, Where } from 'better-auth'
import { hashOf } from '../access/access.ts'

type Row = Record<string, unknown>
type Adapter = DBAdapter | DBTransactionAdapter

/**
 * better-auth writes the secret of a session as it is. Behind this it writes and looks for its SHA-256, so whoever reads the
 * database cannot sign in with what it holds. What is found by a secret is answered with that secret.
 */
export function withHashedSessions<Kind extends Adapter>(adapter: Kind): Kind {
  const hashed = (model: string, where: Where[] | undefined) => (model === 'session' ? where?.map(hashedTerm) : where)
  const secretIn = (where: Where[] | undefined) => where?.find(isSecret)?.value
  const restored = <T>(model: string, row: T, secret: unknown): T =>
    model === 'session' && row && secret !== undefined ? { ...row, token: secret } : row

  const wrapped: Record<string, unknown> = { ...adapter }
  for (const name of ['findOne', 'update', 'delete', 'consumeOne', 'incrementOne'] as const) {
    const act = (adapter as unknown as Record<string, ((asked: Asked) => Promise<unknown>) | undefined>)[name]
    if (act)
      wrapped[name] = async (asked: Asked) =>
        restored(asked.model, await act(withWhere(asked, hashed(asked.model, asked.where))), secretIn(asked.where))
  }
  for (const name of ['findMany', 'updateMany', 'deleteMany', 'count'] as const) {
    const act = (adapter as unknown as Record<string, (asked: Asked) => Promise<unknown>>)[name]
    wrapped[name] = (asked: Asked) => act?.(withWhere(asked, hashed(asked.model, asked.where)))
  }
  wrapped['create'] = async (asked: Asked & { data: Row }) => {
    const create = adapter.create as unknown as (asked: Asked & { data: Row }) => Promise<Row>
    if (asked.model !== 'session') return create(asked)
    const { token } = asked.data
    return { ...(await create({ ...asked, data: { ...asked.data, token: hashOf(String(token)) } })), token }
  }
  if ('transaction' in adapter)
    wrapped['transaction'] = (work: (within: DBTransactionAdapter) => Promise<unknown>) =>
      adapter.transaction(within => work(withHashedSessions(within)))
  return wrapped as unknown as Kind
}

interface Asked {
  model: string
  where?: Where[]
}

const withWhere = (asked: Asked, where: Where[] | undefined): Asked => (where ? { ...asked, where } : asked)

const isSecret = ({ field }: Where): boolean => field === 'token'

const hashedTerm = (term: Where): Where => {
  if (!isSecret(term)) return term
  const { value } = term
  return { ...term, value: Array.isArray(value) ? value.map(one => hashOf(String(one))) : hashOf(String(value)) }
}
