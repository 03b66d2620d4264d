import type { Account, Store } from '@gantry/core'
import type { Environment } from '../environment.ts'

const ownerId = 'owner'

/**
 * The person at this machine, who owns the server: made on the first start, and called what GANTRY_OWNER says wherever it is
 * given. A project that nobody owns is theirs.
 */
export async function ensureOwner(
  store: Pick<Store, 'access' | 'projects'>,
  environment: Pick<Environment, 'ownerName' | 'ownerEmail' | 'all'>,
  now: string,
): Promise<Account> {
  const { access } = store
  const { ownerName: name, ownerEmail: email } = environment
  const known = await access.person(ownerId)
  const isSaid = Boolean(environment.all['GANTRY_OWNER'])
  const said = known && !isSaid ? known : { id: ownerId, name, email: email ?? known?.email ?? null }
  const whose = said.email === null ? null : await access.whoseEmail(said.email)
  const isTaken = whose !== null && whose !== ownerId
  const owner = { ...said, email: isTaken ? (known?.email ?? null) : said.email, isServerOwner: true }
  await access.savePerson(owner)
  for (const { name: project } of await store.projects.list()) {
    const members = await access.members(project)
    if (!members.some(({ role }) => role === 'owner')) await access.addMember(project, ownerId, 'owner', now)
  }
  return owner
}
