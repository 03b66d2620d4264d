import type { Person } from '../person/person.ts'
import type { Contributors } from './contributors.ts'

/**
 * What a person has to do with it; null when nothing is known. Git knows people as `Ann <ann@example.com>` or a name;
 * they sign in as an id or a name. Two addresses decide; where one is not known, whoever has the same name or id is taken
 * for the same: better a vote too few than one's own.
 */
export function handIn(
  { wrote, pushed }: Contributors,
  person: Pick<Person, 'id' | 'name'>,
  email: string | null,
): 'wrote' | 'pushed' | null {
  if (wrote.some(contributor => isSame(contributor, person, email))) return 'wrote'
  return pushed.some(contributor => isSame(contributor, person, email)) ? 'pushed' : null
}

function isSame(contributor: string, { id, name }: Pick<Person, 'id' | 'name'>, email: string | null): boolean {
  const [, called = contributor, address = ''] = /^(.*?)\s*<([^>]*)>$/.exec(contributor) ?? []
  if (email && address && !isHidden(address)) return plain(email) === plain(address)
  const known = [contributor, called, address].map(plain).filter(text => text !== '')
  return known.includes(plain(name)) || known.includes(plain(id)) || (email !== null && known.includes(plain(email)))
}

/** GitHub's way of hiding an address: it says nothing about the person's own. */
const isHidden = (address: string): boolean => plain(address).endsWith('@users.noreply.github.com')
const plain = (text: string): string => text.trim().toLowerCase()
